using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Registry.Retention;

/// <summary>Deletes a version whose time is up and that nothing needs; says what stands in the way otherwise. The number stays taken.</summary>
internal static class DeleteVersion
{
    public static void Map(RouteGroupBuilder models)
    {
        models.MapDelete("/{name}/versions/{version:int}", Handle).WithName("DeleteVersion").Requires(RegistryPermissions.Delete, resource: "name");
        models.MapGet("/{name}/versions/{version:int}/tombstone", Tombstone).WithName("ShowTombstone").Requires(RegistryPermissions.Read, resource: "name");
    }

    private static async Task<DeletedModelVersion> Handle(
        string name,
        int version,
        [FromQuery, Required, StringLength(LegalHold.ReasonLengthMax, MinimumLength = 1)] string reason,
        VersionRemoval removal,
        CancellationToken cancel) =>
        (await removal.Remove(name, version, reason, cancel)).ToSummary();

    private static async Task<DeletedModelVersion> Tombstone(string name, int version, VersionBook book, CancellationToken cancel) =>
        (await book.FindDeleted(name, version, cancel) ?? throw Refusal.NotFound("deleted version", string.Create(CultureInfo.InvariantCulture, $"{name}@{version}"))).ToSummary();
}
