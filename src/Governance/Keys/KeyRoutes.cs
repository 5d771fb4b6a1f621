using System.Globalization;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Governance.Keys;

/// <summary>The versions of the signing key, oldest first.</summary>
public sealed record SigningKeyList(IReadOnlyList<SigningKeyVersion> Items);

internal static class KeyRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/keys").WithTags("Keys");
        group.MapGet("/", List).WithName("ListKeys").Requires(GovernancePermissions.KeysRead);
        group.MapGet("/{version:int}/public", Public).WithName("GetPublicKey").Requires(GovernancePermissions.KeysRead);
        group.MapPost("/rotate", Rotate).WithName("RotateKey").Requires(GovernancePermissions.KeysAdmin);
    }

    private static SigningKeyList List(SigningKeyRing ring) => new(ring.Versions);

    private static ContentHttpResult Public(int version, SigningKeyRing ring) =>
        ring.Versions.FirstOrDefault(key => key.Version == version) is { } found
            ? TypedResults.Text(found.PublicKeyPem, "application/x-pem-file")
            : throw Refusal.NotFound("version of the signing key", version.ToString(CultureInfo.InvariantCulture));

    private static async Task<SigningKeyVersion> Rotate(SigningKeyRing ring, KeyBook book, CancellationToken cancel)
    {
        var made = ring.Rotate();
        await book.Record(cancel);
        return made;
    }
}
