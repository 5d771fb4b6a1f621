using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Routes;

/// <summary>What of a route nobody gets to see again.</summary>
/// <param name="Url">Where to post; null for e-mail.</param>
/// <param name="Secret">Signs, signs in, or is the password; null for none.</param>
internal sealed record RouteSecret(string? Url, string? Secret);

/// <summary>Encrypts a route's secrets by a random key, which the installation's key ring wraps for that route alone.</summary>
internal static class RouteSecrets
{
    public static void Put(AlertRoute route, RouteSecret secret, IKeyRing keys)
    {
        Keep(route, SealedBytes.Of(JsonSerializer.SerializeToUtf8Bytes(secret, AssayJson.Options), Context(route.Id), keys));
        route.HasSecret = !string.IsNullOrEmpty(secret.Secret);
    }

    public static RouteSecret Read(AlertRoute route, IKeyRing keys) =>
        JsonSerializer.Deserialize<RouteSecret>(Kept(route).Open(Context(route.Id), keys), AssayJson.Options)!;

    /// <summary>Brings the key under the newest version of the ring; the secrets stay as they are.</summary>
    public static void Rewrap(AlertRoute route, IKeyRing keys) => Keep(route, Kept(route).Rewrapped(Context(route.Id), keys));

    private static SealedBytes Kept(AlertRoute route) => new(new(route.SecretsKeyVersion, route.SecretsKey), route.Secrets);

    private static void Keep(AlertRoute route, SealedBytes secrets) =>
        (route.Secrets, route.SecretsKey, route.SecretsKeyVersion) = (secrets.Content, secrets.Key.Ciphertext, secrets.Key.Version);

    private static string Context(string id) => $"alert route {id}";
}

/// <summary>The keys of routes' secrets stand under the key-encryption key, too.</summary>
internal sealed class RouteSecretKeys(AssayDb db, IKeyRing ring, IServiceScopeFactory scopes, Caller caller) : IWrappedSecrets
{
    public async Task<IReadOnlyDictionary<int, long>> Count(CancellationToken cancel) => await db.AlertRoutes
        .IgnoreQueryFilters([AssayDb.ProjectFilter]).GroupBy(route => route.SecretsKeyVersion)
        .Select(routes => new { Version = routes.Key, Count = routes.LongCount() })
        .ToDictionaryAsync(count => count.Version, count => count.Count, cancel);

    public async Task<int> Rewrap(CancellationToken cancel)
    {
        var newest = ring.Newest;
        var old = await db.AlertRoutes.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().Where(route => route.SecretsKeyVersion != newest)
            .Select(route => new { route.Id, route.Project }).ToListAsync(cancel);
        foreach (var each in old)
        {
            await using var scope = scopes.Enter(each.Project, caller.Id);
            var scoped = scope.ServiceProvider.GetRequiredService<AssayDb>();
            if (await scoped.AlertRoutes.SingleOrDefaultAsync(route => route.Id == each.Id, cancel) is not { } route)
                continue;   // deleted in the meantime
            RouteSecrets.Rewrap(route, ring);
            route.Revision++;
            scope.ServiceProvider.GetRequiredService<ILedger>().Append(new AlertRouteSecretRewrapped(route.Id, route.SecretsKeyVersion));
            await scoped.SaveChangesAsync(cancel);
        }

        return old.Count;
    }
}
