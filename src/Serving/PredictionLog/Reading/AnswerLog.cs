using System.Runtime.CompilerServices;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Projects;
using Assay.Serving.Live;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Spill;
using Microsoft.EntityFrameworkCore;
using Parquet;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>Reads answers part by part, in the order in which they were written.</summary>
internal sealed class AnswerLog(
    AssayDb db, OpenSegments segments, LogWriter writer, LivePolicies policies, LiveEndpoints live, IBlobs blobs, IKeyRing keys, ProjectScope project)
    : IPredictionLog
{
    public async Task<IReadOnlyList<PredictionPart>> Parts(string endpoint, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await writer.Flush(null, cancel);

        // Looked at before the files, so that a segment that becomes one in between is seen here or there.
        var pending = segments.Of(project.Name!, endpoint)
            .Where(segment => segment.Calls > 0 && segment.To >= from && segment.From < until)
            .Select(Part).OfType<PredictionPart>().ToList();
        var files = await db.PredictionFiles.AsNoTracking()
            .Where(file => file.Endpoint == endpoint && file.To >= from && file.From < until)
            .OrderByDescending(file => file.To).ThenBy(file => file.Id)
            .Select(file => new PredictionPart(file.Id, true, file.Calls, file.Model, file.Version, file.From, file.To))
            .ToListAsync(cancel);
        var stored = files.Select(file => file.Id).ToHashSet(StringComparer.Ordinal);
        return [.. pending.Where(part => !stored.Contains(part.Id)), .. files];
    }

    public IAsyncEnumerable<AnsweredRows> Read(string endpoint, string part, long from, IReadOnlyList<string> inputs, CancellationToken cancel) =>
        Rows(endpoint, part, new AnswerQuery(from, null, inputs), cancel);

    public IAsyncEnumerable<AnsweredRows> Find(
        string endpoint, string part, IReadOnlySet<string> ids, IReadOnlyList<string> inputs, CancellationToken cancel) =>
        Rows(endpoint, part, new AnswerQuery(0, ids, inputs), cancel);

    public (DateTimeOffset From, DateTimeOffset To) TimesOf(string id) => CallIds.Within(id);

    public ModelSchema? Schema(string endpoint) =>
        live.Find(project.Name!, endpoint) is { } found ? found.Schema ?? found.Model?.RowAnswer?.Schema : null;

    public IReadOnlyList<string> Masked(string endpoint) =>
        policies.Of(project.Name!, endpoint) is var policy ? [.. policy.LeftOut, .. policy.Hashed] : [];

    public int KeepDays(string endpoint) => policies.Of(project.Name!, endpoint).KeepDays;

    private async IAsyncEnumerable<AnsweredRows> Rows(string endpoint, string part, AnswerQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var file = await db.PredictionFiles.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == endpoint && row.Id == part, cancel);
        if (file is not null)
        {
            await using var content = await blobs.Open(Digest.Parse(file.Digest), cancel);
            await using var parquet = await ParquetReader.CreateAsync(content, leaveStreamOpen: true, cancellationToken: cancel);
            await foreach (var rows in FileAnswers.Read(parquet, query, cancel))
                yield return rows;
            yield break;
        }

        var pending = segments.Of(project.Name!, endpoint).FirstOrDefault(segment => segment.Id == part);
        using var reader = pending is null ? null : SegmentReader.TryOpen(pending.Path, keys, pending.Marks.At(query.From));
        foreach (var rows in reader is null ? [] : SegmentAnswers.Read(reader, query))
            yield return rows;
    }

    private PredictionPart? Part(PendingSegment segment)
    {
        using var reader = SegmentReader.TryOpen(segment.Path, keys);
        return reader is null ? null : new(segment.Id, false, segment.Calls, reader.Head.Model, reader.Head.Version, segment.From, segment.To);
    }
}

/// <summary>Which answers are wanted.</summary>
/// <param name="From">From this place on.</param>
/// <param name="Ids">Of these calls; null for all.</param>
/// <param name="Inputs">Names of the inputs that are wanted of them.</param>
internal sealed record AnswerQuery(long From, IReadOnlySet<string>? Ids, IReadOnlyList<string> Inputs)
{
    /// <summary>Rows handed out at once.</summary>
    public const int Many = 8192;

    private const string Explanation = "explanation";
    private const string Explain = "explain";
    private const string Counterfactuals = "counterfactuals";

    /// <summary>Why a call was answered by what answered it, and what it asked where that was no prediction.</summary>
    public static string? Reason(string? reason, string? question)
    {
        var asked = question == Explain ? Explanation : question;
        return asked is null ? reason : reason is null ? asked : $"{reason}, {asked}";
    }

    // A call that was no prediction has its reason say so; nobody acted on it as on one.
    public static bool IsPrediction(string? reason) =>
        reason is null || (!reason.EndsWith(Explanation, StringComparison.Ordinal) && !reason.EndsWith(Counterfactuals, StringComparison.Ordinal));
}
