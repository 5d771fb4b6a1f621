using Assay.Kernel;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>
/// Brings the promises of the current project up to date: versions of before there were promises get one, and what a later
/// rule lengthens is lengthened. In steps, each whole by itself, so that a run that was broken off is gone on with.
/// </summary>
internal sealed class RetentionCatchUp(AssayDb db, RetentionBook book)
{
    /// <summary>Rows that the last event of a step can state with room to spare.</summary>
    private const int AtOnce = 100;

    public async Task Run(CancellationToken cancel)
    {
        while (await Step(cancel) == AtOnce)
            db.ChangeTracker.Clear();
    }

    private async Task<int> Step(CancellationToken cancel)
    {
        var newest = (await book.InForce(cancel)).Number;
        var versions = await (from version in db.ModelVersions
                              join row in db.VersionRetentions on new { version.Model, version.Version } equals new { row.Model, row.Version } into rows
                              from row in rows.DefaultIfEmpty()
                              where row == null || row.Rule < newest
                              orderby version.Model, version.Version
                              select version).Take(AtOnce).ToListAsync(cancel);
        foreach (var version in versions)
            await book.Keep(version, stage: null, cancel);
        if (versions.Count > 0)
            await db.SaveChangesAsync(cancel);
        return versions.Count;
    }
}
