// An app that signs people in with openid-client, driven by lines of JSON: one order in, one answer out.
import { createInterface } from "node:readline";
import * as oidc from "openid-client";

let config;
const started = {};

const orders = {
  async discover({ issuer, client_id, secret, method, key }) {
    const authentication = {
      none: () => oidc.None(),
      client_secret_basic: () => oidc.ClientSecretBasic(secret),
      client_secret_post: () => oidc.ClientSecretPost(secret),
    };
    let shown = authentication[method]?.();
    if (method === "private_key_jwt") {
      const algorithm = { name: "ECDSA", namedCurve: "P-256" };
      const imported = await crypto.subtle.importKey("jwk", key, algorithm, false, ["sign"]);
      shown = oidc.PrivateKeyJwt({ key: imported, kid: key.kid });
    }
    config = await oidc.discovery(new URL(issuer), client_id, { id_token_signed_response_alg: "ES256" }, shown, {
      execute: [oidc.allowInsecureRequests],
    });
    return { pkce: config.serverMetadata().supportsPKCE() };
  },

  async start({ redirect_uri, scope, ...more }) {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    Object.assign(started, { verifier, state, nonce });
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri,
      scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...more,
    });
    return { url: url.href };
  },

  async finish({ url }) {
    const tokens = await oidc.authorizationCodeGrant(config, new URL(url), {
      pkceCodeVerifier: started.verifier,
      expectedState: started.state,
      expectedNonce: started.nonce,
      idTokenExpected: true,
    });
    return { ...tokens, claims: tokens.claims() };
  },

  async userinfo({ access_token, sub }) {
    return oidc.fetchUserInfo(config, access_token, sub);
  },

  async refresh({ refresh_token }) {
    return oidc.refreshTokenGrant(config, refresh_token);
  },

  async revoke({ token }) {
    await oidc.tokenRevocation(config, token);
    return {};
  },

  async machine({ scope }) {
    return oidc.clientCredentialsGrant(config, { scope });
  },

  async device({ scope }) {
    started.device = await oidc.initiateDeviceAuthorization(config, { scope });
    return started.device;
  },

  async poll() {
    const tokens = await oidc.pollDeviceAuthorizationGrant(config, started.device);
    return { ...tokens, claims: tokens.claims() };
  },

  async leave({ id_token, then }) {
    const url = oidc.buildEndSessionUrl(config, { id_token_hint: id_token, post_logout_redirect_uri: then });
    return { url: url.href };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { order, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = await orders[order](given);
  } catch (error) {
    answer = { error: error.error ?? error.code ?? error.name, said: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
