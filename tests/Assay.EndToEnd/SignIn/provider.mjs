// A real OpenID provider for the tests: who types a name into its form is that person. Arguments: port, redirect address.
import Provider from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const people = {
  ada: { name: 'Ada Lovelace', preferred_username: 'ada', email: 'ada@example.org', email_verified: true, groups: ['engineers', 'strangers-here'] },
  grace: { name: 'Grace Hopper', preferred_username: 'grace', email: 'grace@example.org', email_verified: true, groups: [] },
  mallory: { name: 'Mallory', preferred_username: 'mallory', email: 'grace@example.org', email_verified: false, groups: [] },
  admin: { name: 'Not the administrator', preferred_username: 'admin', email: 'nobody@example.org', email_verified: true, groups: [] },
};
const program = id => ({
  client_id: id, client_secret: `${id}-secret`, redirect_uris: [], response_types: [], grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_post',
});
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'assay', client_secret: 'assay-secret', redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_post',
    },
    program('nightly'),
    program('stranger'),
  ],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'email', 'groups'],
  pkce: { required: () => true },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({ scope: '', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
    },
  },
  findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
