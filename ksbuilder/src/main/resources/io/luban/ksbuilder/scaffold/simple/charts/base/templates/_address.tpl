{{- /* What the platform says about the way into the cluster for extensions. */ -}}
{{- define "base.host" -}}
[[ .Name ]].{{ (((.Values.global).extension).ingress).domainSuffix | default "localhost" }}
{{- end -}}

{{- define "base.address" -}}
http://{{ include "base.host" . }}:{{ (((.Values.global).extension).ingress).httpPort | default 80 }}
{{- end -}}
