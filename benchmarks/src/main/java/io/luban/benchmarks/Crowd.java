package io.luban.benchmarks;

/** The users, role bindings and APIServices that a platform is filled with before it is measured again. */
record Crowd(int users, int bindings, int extensions) {
    private static final String EXTENSIONS = "/apis/extensions.kubesphere.io/v1alpha1/";
    private static final String IAM = "/apis/iam.kubesphere.io/v1beta1/";

    /** Creates all of them, the APIServices with the backend on {@code port}. */
    void join(Api api, int port) {
        api.createAll(IAM + "users", users, Crowd::user);
        api.createAll(IAM + "globalrolebindings", bindings, this::binding);
        api.createAll(EXTENSIONS + "apiservices", extensions, number -> apiService("bench" + number, port));
    }

    private static String user(int number) {
        return """
                {"apiVersion":"iam.kubesphere.io/v1beta1","kind":"User","metadata":{"name":"user-%d"},
                 "spec":{"email":"user-%d@example.org"}}""".formatted(number, number);
    }

    private String binding(int number) {
        return """
                {"apiVersion":"iam.kubesphere.io/v1beta1","kind":"GlobalRoleBinding","metadata":{"name":"binding-%d"},
                 "roleRef":{"apiGroup":"iam.kubesphere.io","kind":"GlobalRole","name":"bench"},
                 "subjects":[{"apiGroup":"iam.kubesphere.io","kind":"User","name":"user-%d"}]}""".formatted(number, number % users);
    }

    static String apiService(String group, int port) {
        return """
                {"apiVersion":"extensions.kubesphere.io/v1alpha1","kind":"APIService","metadata":{"name":"v1.%s.luban.io"},
                 "spec":{"group":"%s.luban.io","version":"v1","url":"http://127.0.0.1:%d"},
                 "status":{"state":"Available"}}""".formatted(group, group, port);
    }

    @Override
    public String toString() {
        return "%,d users, %,d bindings, %,d extensions".formatted(users, bindings, extensions);
    }
}
