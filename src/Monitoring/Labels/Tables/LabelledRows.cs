using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Labels.Tables;

/// <summary>Rows that were written, and those that could not be used.</summary>
internal sealed record WrittenRows(long Rows, long LeftOut, IReadOnlyList<PredictedRows> Predicted);

/// <summary>Which rows are wanted: predicted in that time by that model, at most so many, the newest ones.</summary>
internal sealed record WantedRows(string Endpoint, string Model, DateTimeOffset From, DateTimeOffset To, int RowsMax);

/// <summary>Joined labels with the inputs of their predictions, as the prediction log has them, oldest part of the log first.</summary>
internal sealed class LabelledRows(AssayDb db, IPredictionLog log)
{
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(1);   // a file has microseconds, what is not in one yet more

    /// <summary>Writes them: the inputs in their order, then the label.</summary>
    /// <exception cref="Refusal">The log does not have the inputs of the newest rows in clear.</exception>
    public async Task<WrittenRows> Write(WantedRows wanted, ModelSchema schema, TextWriter rows, CancellationToken cancel)
    {
        var labels = await Labels(wanted, cancel);
        string[] inputs = [.. schema.Inputs.Select(input => input.Name)];
        var (leftOut, written) = (0L, new Dictionary<int, PredictedRows>());
        await rows.WriteLineAsync(CsvLine.Of([.. inputs, schema.Label]));
        // Twice: a part that becomes a file at this moment is found in neither form, and as the file when looked for again.
        for (var time = 0; time < 2 && labels.Count > 0; time++)
        {
            var parts = await Parts(wanted, labels, cancel);
            foreach (var (part, ids) in parts)
            {
                await foreach (var some in log.Find(wanted.Endpoint, part.Id, ids, inputs, cancel))
                {
                    // Of old parts rows are left out and counted; that the newest one lacks inputs is for somebody to decide on.
                    if (some.Rows.Count > 0 && some.Kept.Contains(false) && time == 0 && part.Id == parts[^1].Part.Id)
                        throw Masked(wanted.Endpoint, inputs.Where((_, place) => !some.Kept[place]));
                    leftOut += await Write(some, labels, (wanted.Model, part.Version!.Value), written, rows);
                }
            }
        }

        return new(written.Values.Sum(version => version.Rows), leftOut + labels.Count, [.. written.Values.OrderBy(version => version.Version)]);
    }

    /// <summary>Why no dataset can be made of rows whose inputs the log has not in clear.</summary>
    public static Refusal Masked(string endpoint, IEnumerable<string> inputs) => Refusal.Conflict(MaskedSentence(endpoint, [.. inputs]));

    /// <summary>The same, where it is not refused.</summary>
    public static string MaskedSentence(string endpoint, IReadOnlyList<string> inputs) =>
        $"The prediction log of '{endpoint}' leaves out or hashes {string.Join(", ", inputs.Take(5).Select(input => $"'{input}'"))}, and what is masked can't be trained on: keep it in clear by the log's policy, or add rows to the dataset by hand.";

    // Labels by their prediction's id and row. The newest predictions where there are too many.
    private async Task<Dictionary<(string Id, int Row), Known>> Labels(WantedRows wanted, CancellationToken cancel) =>
        await db.Outcomes.AsNoTracking()
            .Where(row => row.Endpoint == wanted.Endpoint && row.Name == Outcome.Label && row.Model == wanted.Model
                && (row.State == OutcomeState.Joined || row.State == OutcomeState.Changed)
                && row.PredictedAt >= wanted.From && row.PredictedAt < wanted.To)
            .OrderByDescending(row => row.PredictedAt).ThenBy(row => row.Prediction).ThenBy(row => row.Row)
            .Take(wanted.RowsMax)
            .Select(row => new { row.Prediction, row.Row, row.Text, row.PredictedAt, row.Score })
            .ToDictionaryAsync(row => (row.Prediction, row.Row), row => new Known(row.Text, row.PredictedAt!.Value, row.Score!.Value), cancel);

    // The parts that may have some of them, oldest first.
    private async Task<List<(PredictionPart Part, HashSet<string> Ids)>> Parts(WantedRows wanted, Dictionary<(string Id, int Row), Known> labels, CancellationToken cancel)
    {
        var (first, last) = (labels.Values.Min(label => label.At), labels.Values.Max(label => label.At));
        var all = await log.Parts(wanted.Endpoint, first - Near, last + Near, cancel);
        return [.. all.Where(part => part.Model == wanted.Model)
            .OrderBy(part => part.From).ThenBy(part => part.Id, StringComparer.Ordinal)
            .Select(part => (part, Within(labels, part)))
            .Where(part => part.Item2.Count > 0)];
    }

    private static HashSet<string> Within(Dictionary<(string Id, int Row), Known> labels, PredictionPart part) =>
        labels.Where(label => label.Value.At >= part.From - Near && label.Value.At <= part.To + Near).Select(label => label.Key.Id).ToHashSet(StringComparer.Ordinal);

    private static async Task<long> Write(
        AnsweredRows some, Dictionary<(string Id, int Row), Known> labels, (string Model, int Number) version, Dictionary<int, PredictedRows> written, TextWriter rows)
    {
        var leftOut = 0L;
        foreach (var answer in some.Rows)
        {
            // Ids need not be unique: the very call whose prediction was joined.
            if (!labels.TryGetValue((answer.Id, answer.Row), out var label) || (answer.At - label.At).Duration() > Near || answer.Prediction != label.Score)
                continue;
            labels.Remove((answer.Id, answer.Row));
            if (some.Kept.Contains(false) || answer.Inputs.Any(IsInfinite))
            {
                leftOut++;
                continue;
            }

            await rows.WriteLineAsync(CsvLine.Of([.. answer.Inputs, label.Text]));
            var former = written.GetValueOrDefault(version.Number);
            written[version.Number] = former is null
                ? new(version.Model, version.Number, 1, answer.At, answer.At)
                : former with { Rows = former.Rows + 1, From = Earlier(former.From, answer.At), To = Later(former.To, answer.At) };
        }

        return leftOut;
    }

    // No table takes them, and one would spoil all.
    private static bool IsInfinite(string? cell) => cell is "Infinity" or "-Infinity";

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private sealed record Known(string Text, DateTimeOffset At, double Score);
}
