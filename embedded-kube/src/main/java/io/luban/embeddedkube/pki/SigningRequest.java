package io.luban.embeddedkube.pki;

import io.luban.pki.Pem;
import io.luban.pki.PkiException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A PKCS #10 request whose self-signature has been checked. */
public final class SigningRequest {
    private final JcaPKCS10CertificationRequest request;
    private final PublicKey publicKey;

    private SigningRequest(JcaPKCS10CertificationRequest request, PublicKey publicKey) {
        this.request = request;
        this.publicKey = publicKey;
    }

    /** Reads a PEM request; throws {@link PkiException} when it is none or its signature does not fit its key. */
    public static SigningRequest parse(String pem) {
        try {
            if (Pem.parse(pem).orElse("") instanceof PKCS10CertificationRequest holder) {
                return verified(new JcaPKCS10CertificationRequest(holder));
            }
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new PkiException("the certificate request cannot be read", e);
        }
        throw new PkiException("PEM block type must be CERTIFICATE REQUEST");
    }

    private static SigningRequest verified(JcaPKCS10CertificationRequest request)
            throws GeneralSecurityException, OperatorCreationException, PKCSException {
        var key = request.getPublicKey();
        if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
            throw new PkiException("the signature of the certificate request does not fit its public key");
        }
        return new SigningRequest(request, key);
    }

    /** The user the certificate would stand for. */
    public String commonName() {
        return Subjects.commonName(request.getSubject());
    }

    /** The groups the certificate would stand for. */
    public List<String> organizations() {
        return Subjects.organizations(request.getSubject());
    }

    PublicKey publicKey() {
        return publicKey;
    }

    List<GeneralName> names() {
        return Optional.ofNullable(request.getRequestedExtensions())
                .map(extensions -> GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName))
                .map(names -> Stream.of(names.getNames()).toList())
                .orElse(List.of());
    }
}
