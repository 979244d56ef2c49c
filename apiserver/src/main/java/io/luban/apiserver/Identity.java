package io.luban.apiserver;

import io.luban.apiserver.authentication.Accounts;
import io.luban.apiserver.authentication.AuthenticationFilter;
import io.luban.apiserver.authentication.BasicAuthenticator;
import io.luban.apiserver.authentication.BearerTokenAuthenticator;
import io.luban.apiserver.authentication.LoginRecords;
import io.luban.apiserver.authentication.LoginSettings;
import io.luban.apiserver.authentication.PasswordLogin;
import io.luban.apiserver.authentication.Passwords;
import io.luban.apiserver.authentication.ServiceAccounts;
import io.luban.apiserver.authentication.UserActivation;
import io.luban.apiserver.authentication.redis.RedisTokenStore;
import io.luban.apiserver.authentication.token.SecretTokenStore;
import io.luban.apiserver.authentication.token.SignedTokens;
import io.luban.apiserver.authentication.token.TokenIssuer;
import io.luban.apiserver.authentication.token.TokenSettings;
import io.luban.apiserver.authentication.token.TokenStore;
import io.luban.apiserver.authorization.Authorizer;
import io.luban.apiserver.authorization.GlobalRoles;
import io.luban.apiserver.authorization.RbacAuthorizer;
import io.luban.apiserver.health.FirstListing;
import io.luban.apiserver.kapis.oauth.OAuthApi;
import io.luban.apiserver.kapis.oauth.OAuthClients;
import io.luban.apiserver.kapis.oauth.SigningKey;
import io.luban.apiserver.kapis.oauth.TokenEndpoint;
import io.luban.http.SourceAddresses;
import io.luban.kube.KubeRest;
import io.luban.kube.TokenSecret;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Who may do what: users, logins, tokens and roles, put together. */
final class Identity {
    private final Accounts accounts;
    private final GlobalRoles roles;
    private final TokenStore store;
    private final List<FirstListing> listings = new ArrayList<>();
    private final OAuthClients clients;
    private final PasswordLogin logins;
    private final AuthenticationFilter authentication;
    private final Authorizer authorizer;
    private final OAuthApi oauth;

    Identity(ApiServerConfig config, KubeRest kube, SourceAddresses sources, Clock clock, Ids ids, Closing closing) {
        var namespace = config.systemNamespace();
        var settings = config.tokens().secret().isEmpty()
                ? config.tokens().withSecret(TokenSecret.findOrCreate(kube, namespace))
                : config.tokens();
        var passwords = new Passwords();
        var activation = closing.add(new UserActivation(kube, passwords, clock));
        accounts = closing.add(new Accounts(kube, activation));
        roles = closing.add(new GlobalRoles(kube));
        store = closing.add(store(settings, kube, namespace, clock));
        clients = closing.add(new OAuthClients(kube, namespace));
        var records = closing.add(new LoginRecords(kube));

        var signed = new SignedTokens(settings.secret(), clock, settings.clockSkew());
        logins = new PasswordLogin(accounts, passwords, records, config.login(), clock);
        var basic = new BasicAuthenticator(accounts, logins, ids);
        var workloads = closing.add(new ServiceAccounts(kube));
        var bearer = new BearerTokenAuthenticator(signed, store, accounts, workloads, clock);
        authentication = new AuthenticationFilter(basic, bearer, sources);
        authorizer = config.authorization().over(new RbacAuthorizer(roles));

        var issuer = new TokenIssuer(settings, signed, store, clock, ids);
        var multipleLogin = config.login().multipleLogin();
        var tokens = new TokenEndpoint(clients, logins, issuer, sources, multipleLogin);
        oauth = new OAuthApi(settings.issuer(), tokens, accounts, signed, store, new SigningKey(kube, namespace));
    }

    private TokenStore store(TokenSettings settings, KubeRest kube, String namespace, Clock clock) {
        if (settings.redis().isPresent()) {
            return RedisTokenStore.start(settings.redis().get(), clock);
        }
        var secrets = new SecretTokenStore(kube, namespace, clock);
        listings.add(new FirstListing("secrets", secrets::awaitSync));
        return secrets;
    }

    AuthenticationFilter authentication() {
        return authentication;
    }

    /** Who may do what. */
    Authorizer authorizer() {
        return authorizer;
    }

    OAuthApi oauth() {
        return oauth;
    }

    /** Goes by other limits for failed logins from now on. */
    void limit(LoginSettings settings) {
        logins.limit(settings);
    }

    /** Whether logins are known and can be kept. */
    boolean isCacheReady() {
        return store.isReady();
    }

    /** Users, roles and logins, without which nobody is let in. */
    List<FirstListing> firstListings() {
        var all = new ArrayList<>(List.of(
                new FirstListing("users.iam.kubesphere.io", accounts::awaitSync),
                new FirstListing("globalroles.iam.kubesphere.io", roles::awaitSync),
                new FirstListing("secrets", clients::awaitSync)));
        all.addAll(listings);
        return all;
    }
}
