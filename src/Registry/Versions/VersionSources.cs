using Assay.Kernel;
using Assay.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Versions;

/// <summary>
/// The runs and logged models that versions come from. A version has its own copy of the files; what it was trained with
/// and how it was measured stands in its run, and is kept as long as the version is.
/// </summary>
internal sealed class VersionSources(AssayDb db) : IRunKeeper
{
    private const string Model = "models:/";
    private const string Proxy = "mlflow-artifacts:/";

    public async Task<IReadOnlyDictionary<string, string>> Needed(IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        var asked = ids.ToHashSet(StringComparer.Ordinal);
        var sources = ids.SelectMany(id => new[] { Model + id, $"{Model}{id}/" }).ToList();
        var found = await db.ModelVersions.AsNoTracking()
            .Where(row => asked.Contains(row.RunId!) || sources.Contains(row.Source!) || row.Source!.StartsWith(Proxy))
            .OrderBy(row => row.Model).ThenBy(row => row.Version)
            .Select(row => new { row.Model, row.Version, row.RunId, row.Source }).ToListAsync(cancel);

        var needed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in found)
        {
            // A place of the proxy has the id of the run or the model as one of its folders.
            foreach (var id in (row.Source ?? "").Split('/').Append(row.RunId).Where(part => part is not null && asked.Contains(part)))
                needed.TryAdd(id!, $"{row.Model} version {row.Version} comes from it");
        }

        return needed;
    }
}
