package io.luban.embeddedkube.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.operation.VirtualCreate.Asked;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers who somebody is and what they may do; nothing is stored. */
public final class Reviews {
    private static final String AUTHORIZATION = "authorization.k8s.io";
    private static final String EVERYBODY = "system:authenticated";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private final RbacAuthorizer authorizer;
    private final TokenCheck tokens;

    private Reviews(RbacAuthorizer authorizer, TokenCheck tokens) {
        this.authorizer = authorizer;
        this.tokens = tokens;
    }

    /** Every review with where it is served. */
    public static Map<Endpoint, VirtualCreate> of(RbacAuthorizer authorizer, TokenCheck tokens) {
        var reviews = new Reviews(authorizer, tokens);
        return Map.of(
                new Endpoint(AUTHORIZATION, "subjectaccessreviews", ""), reviews::subjectAccess,
                new Endpoint(AUTHORIZATION, "localsubjectaccessreviews", ""), reviews::localSubjectAccess,
                new Endpoint(AUTHORIZATION, "selfsubjectaccessreviews", ""), reviews::selfSubjectAccess,
                new Endpoint(AUTHORIZATION, "selfsubjectrulesreviews", ""), reviews::selfSubjectRules,
                new Endpoint(AUTHENTICATION, "tokenreviews", ""), reviews::token,
                new Endpoint(AUTHENTICATION, "selfsubjectreviews", ""), reviews::selfSubject);
    }

    private ObjectNode subjectAccess(Asked asked, ObjectNode body) {
        check(body, true);
        return decided(body, subject(body));
    }

    private ObjectNode localSubjectAccess(Asked asked, ObjectNode body) {
        var wanted = Trees.text(body, "spec", "resourceAttributes", "namespace");
        if (!wanted.equals(asked.namespace())) {
            throw invalid(
                    body,
                    StatusCause.invalid(
                            "spec.resourceAttributes.namespace",
                            TextNode.valueOf(wanted),
                            "must match metadata.namespace"));
        }
        check(body, true);
        return decided(body, subject(body));
    }

    private ObjectNode selfSubjectAccess(Asked asked, ObjectNode body) {
        check(body, false);
        return decided(body, asked.user());
    }

    private static User subject(ObjectNode body) {
        var spec = body.path("spec");
        var user = Trees.text(spec, "user");
        var groups = Trees.items(spec.path("groups"));
        return new User(user, Trees.text(spec, "uid"), groups, extra(spec.path("extra")));
    }

    private static Map<String, List<String>> extra(JsonNode extra) {
        var result = new HashMap<String, List<String>>();
        extra.properties().forEach(entry -> result.put(entry.getKey(), Trees.items(entry.getValue())));
        return result;
    }

    /** A question must be about one thing, and asked for somebody where it is not asked for the caller. */
    private static void check(ObjectNode body, boolean isForSomebody) {
        var spec = body.path("spec");
        var problems = new ArrayList<StatusCause>();
        boolean isResource = spec.path("resourceAttributes").isObject();
        if (isResource && spec.path("nonResourceAttributes").isObject()) {
            problems.add(StatusCause.invalid(
                    "spec.nonResourceAttributes",
                    spec.path("nonResourceAttributes"),
                    "cannot be specified in combination with resourceAttributes"));
        } else if (!isResource && !spec.path("nonResourceAttributes").isObject()) {
            problems.add(StatusCause.invalid(
                    "spec.resourceAttributes",
                    "null",
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        if (isForSomebody
                && Trees.text(spec, "user").isEmpty()
                && spec.path("groups").isEmpty()) {
            problems.add(StatusCause.invalid("spec.user", "", "at least one of user or group must be specified"));
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalid(AUTHORIZATION, Trees.text(body, "kind"), "", problems);
        }
    }

    private ObjectNode decided(ObjectNode body, User user) {
        var spec = body.path("spec");
        boolean isResource = spec.path("resourceAttributes").isObject();
        var decision = authorizer.decide(isResource ? resource(spec, user) : path(spec, user));
        var status = body.putObject("status").put("allowed", decision.allowed());
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
        return body;
    }

    private static AccessRequest resource(JsonNode spec, User user) {
        var wanted = spec.path("resourceAttributes");
        return new AccessRequest(
                user,
                Trees.text(wanted, "verb"),
                Trees.text(wanted, "group"),
                Trees.text(wanted, "version"),
                Trees.text(wanted, "resource"),
                Trees.text(wanted, "subresource"),
                Trees.text(wanted, "namespace"),
                Trees.text(wanted, "name"),
                "");
    }

    private static AccessRequest path(JsonNode spec, User user) {
        var wanted = spec.path("nonResourceAttributes");
        return new AccessRequest(user, Trees.text(wanted, "verb"), "", "", "", "", "", "", Trees.text(wanted, "path"));
    }

    private ObjectNode selfSubjectRules(Asked asked, ObjectNode body) {
        var place = Trees.text(body, "spec", "namespace");
        if (place.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        var status = body.putObject("status");
        var resourceRules = status.putArray("resourceRules");
        var pathRules = status.putArray("nonResourceRules");
        for (var rule : authorizer.rulesOf(asked.user(), place)) {
            addRule(rule, resourceRules, pathRules);
        }
        status.put("incomplete", false);
        return body;
    }

    private static void addRule(PolicyRule rule, ArrayNode resourceRules, ArrayNode pathRules) {
        if (!rule.resources().isEmpty()) {
            var part =
                    new PolicyRule(rule.verbs(), rule.apiGroups(), rule.resources(), rule.resourceNames(), List.of());
            resourceRules.add(part.toJson());
        }
        if (!rule.nonResourceUrls().isEmpty()) {
            var part = new PolicyRule(rule.verbs(), List.of(), List.of(), List.of(), rule.nonResourceUrls());
            pathRules.add(part.toJson());
        }
    }

    private ObjectNode token(Asked asked, ObjectNode body) {
        var spec = body.path("spec");
        var token = Trees.text(spec, "token");
        if (token.isEmpty()) {
            throw ApiException.badRequest("token is required for TokenReview in authentication");
        }
        var status = body.putObject("status");
        tokens.verify(token, Trees.items(spec.path("audiences")))
                .ifPresentOrElse(
                        verified -> {
                            status.put("authenticated", true);
                            status.set("user", userInfo(authenticated(verified.user())));
                            verified.audiences().forEach(status.putArray("audiences")::add);
                        },
                        () -> {
                            status.putObject("user");
                            status.put("error", "invalid bearer token");
                        });
        return body;
    }

    private static User authenticated(User user) {
        if (user.groups().contains(EVERYBODY)) {
            return user;
        }
        var groups = new ArrayList<>(user.groups());
        groups.add(EVERYBODY);
        return new User(user.name(), user.uid(), groups, user.extra());
    }

    private ObjectNode selfSubject(Asked asked, ObjectNode body) {
        body.putObject("status").set("userInfo", userInfo(asked.user()));
        return body;
    }

    private static ObjectNode userInfo(User user) {
        var info = Json.object().put("username", user.name());
        if (!user.uid().isEmpty()) {
            info.put("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            user.groups().forEach(info.putArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            var extra = info.putObject("extra");
            user.extra().forEach((key, values) -> values.forEach(extra.putArray(key)::add));
        }
        return info;
    }

    private static ApiException invalid(ObjectNode body, StatusCause cause) {

        return ApiException.invalid(AUTHORIZATION, Trees.text(body, "kind"), "", List.of(cause));
    }
}
