using Assay.Data.Checks;
using Assay.Data.Profiles;
using Assay.Data.Reading;
using Microsoft.Extensions.Options;

namespace Assay.Data.Datasets;

/// <summary>What was found in a file.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Profile">Per column.</param>
/// <param name="Rules">Those of the dataset; inferred from this file when there were none.</param>
/// <param name="Checks">How the file meets them.</param>
internal sealed record Inspection(
    long Rows, IReadOnlyList<ColumnProfile> Profile, IReadOnlyList<Rule> Rules, IReadOnlyList<RuleResult> Checks);

/// <summary>Reads files into profiles, a limited number at a time, so that uploads don't add up to the server's memory.</summary>
internal sealed class Inspector(IOptions<DataOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(options.Value.Readers);

    /// <exception cref="InvalidTableException">The file is no usable table.</exception>
    public async Task<Inspection> Inspect(
        string path, string format, string workFolder, IReadOnlyList<Rule>? rules, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Read(path, format, workFolder, rules, cancel), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private Inspection Read(string path, string format, string workFolder, IReadOnlyList<Rule>? rules, CancellationToken cancel)
    {
        var limits = new DuckLimits(options.Value.MemoryMegabytes, options.Value.Threads);
        using var table = DuckTable.Open(path, format, workFolder, limits, cancel);
        var profile = TableProfile.Of(table);
        rules ??= RuleInference.Infer(table, profile);
        return new(table.RowCount, profile, rules, RuleCheck.Run(rules, table, profile));
    }
}
