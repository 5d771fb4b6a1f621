using System.Globalization;
using System.Text;
using Assay.Kernel.Paging;
using Assay.Monitoring.Kpis;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Labels.Tables;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Reviews;

namespace Assay.Client;

/// <summary>What became of predictions: labels, and the performance that they and estimates show.</summary>
public sealed class PerformanceClient
{
    private const int LinesAtOnce = 10_000;
    private readonly Transport _transport;

    internal PerformanceClient(Transport transport) => _transport = transport;

    /// <summary>Says what was true of predictions; up to 10,000 at once.</summary>
    public Task<LabelsPosted> Label(string endpoint, IReadOnlyList<NewLabel> labels, CancellationToken cancel = default) =>
        _transport.Post<LabelsPosted>(Route.To("endpoints", endpoint, "labels"), labels, cancel);

    /// <summary>The same from CSV with the columns <c>id</c>, <c>label</c> and maybe <c>row</c> and <c>at</c>.</summary>
    public Task<LabelsPosted> LabelFromCsv(string endpoint, string csv, CancellationToken cancel = default) =>
        _transport.PostCsv<LabelsPosted>(Route.To("endpoints", endpoint, "labels"), Encoding.UTF8.GetBytes(csv), cancel);

    /// <summary>The same line by line, a head first, however many: they are sent in several requests.</summary>
    /// <param name="endpoint">Name of the endpoint.</param>
    /// <param name="lines">Lines of CSV; empty ones are left out.</param>
    /// <param name="sent">Told the sum so far after each request, which stays should a later one be refused.</param>
    /// <param name="cancel">Stops between requests.</param>
    /// <returns>The sum; with no digest where there were no labels.</returns>
    public async Task<LabelsPosted> LabelFromLines(
        string endpoint, IAsyncEnumerable<string> lines, Action<LabelsPosted>? sent = null, CancellationToken cancel = default)
    {
        var (sum, head, some, number) = (new LabelsPosted(0, 0, 0, ""), (string?)null, new List<(string Line, int Number)>(), 0);
        await foreach (var line in lines.WithCancellation(cancel))
        {
            number++;
            if (head is null)
                head = line;
            else if (line.Length > 0)
                some.Add((line, number));
            if (some.Count == LinesAtOnce)
                await Send();
        }

        if (some.Count > 0)
            await Send();
        return sum;

        async Task Send()
        {
            var posted = await SendLines(endpoint, head!, some, cancel);
            sum = new(sum.Added + posted.Added, sum.Unchanged + posted.Unchanged, sum.Corrected + posted.Corrected, posted.Digest);
            some.Clear();
            sent?.Invoke(sum);
        }
    }

    private async Task<LabelsPosted> SendLines(string endpoint, string head, List<(string Line, int Number)> some, CancellationToken cancel)
    {
        try
        {
            return await LabelFromCsv(endpoint, head + "\n" + string.Join('\n', some.Select(one => one.Line)), cancel);
        }
        catch (AssayException refused) when (LineIn(refused.Message) is { } said && said - 2 < some.Count)
        {
            // The server counts the lines of one request, and people those of their file.
            var message = $"Line {some[said - 2].Number}{refused.Message[$"Line {said}".Length..]}";
            throw new AssayException(message, refused.Status, refused.Code, refused.Problem, refused);
        }
    }

    // The number of the line that a message begins with; null where it is about none.
    private static int? LineIn(string message) =>
        message.StartsWith("Line ", StringComparison.Ordinal)
        && int.TryParse(message["Line ".Length..].TakeWhile(char.IsAsciiDigit).ToArray(), NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line >= 2
            ? line
            : null;

    /// <summary>Labels by their prediction's id.</summary>
    public Task<Page<LabelSummary>> Labels(string endpoint, string? state = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<LabelSummary>>(Route.To("endpoints", endpoint, "labels").With("state", state).Page(cursor, limit), cancel);

    /// <summary>Makes the next version of a dataset out of labelled predictions.</summary>
    public Task<MadeDataset> MakeDataset(string endpoint, MakeDatasetRequest request, CancellationToken cancel = default) =>
        _transport.Post<MadeDataset>(Route.To("endpoints", endpoint, "labelled-datasets"), request, cancel);

    /// <summary>The newest versions of datasets that were made of an endpoint's labelled predictions.</summary>
    public Task<IReadOnlyList<LabelledDatasetSummary>> MadeDatasets(string endpoint, CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<LabelledDatasetSummary>>(Route.To("endpoints", endpoint, "labelled-datasets"), cancel);

    /// <summary>Realised and estimated performance, or null when there is no such endpoint.</summary>
    public Task<PerformanceReport?> Show(string endpoint, PerformanceSearch search, CancellationToken cancel = default) =>
        _transport.Find<PerformanceReport>(
            Route.To("endpoints", endpoint, "performance").With("from", Time(search.From)).With("to", Time(search.To)).With("by", search.By).With("segment", search.Segment),
            cancel);

    /// <summary>How performance is counted and judged.</summary>
    public Task<PerformanceSettings> Settings(string endpoint, CancellationToken cancel = default) =>
        _transport.Get<PerformanceSettings>(Route.To("endpoints", endpoint, "performance-settings"), cancel);

    /// <summary>Replaces the settings.</summary>
    public Task<PerformanceSettings> Set(string endpoint, PerformanceSettings settings, CancellationToken cancel = default) =>
        _transport.Put<PerformanceSettings>(Route.To("endpoints", endpoint, "performance-settings"), settings, cancel);

    /// <summary>Says what predictions were worth to the business.</summary>
    public Task<KpisPosted> PostKpis(string endpoint, IReadOnlyList<NewKpi> kpis, CancellationToken cancel = default) =>
        _transport.Post<KpisPosted>(Route.To("endpoints", endpoint, "kpis"), new PostKpisRequest(kpis), cancel);

    /// <summary>Numbers of the business.</summary>
    public Task<KpiReport> Kpis(string endpoint, DateTimeOffset? from = null, string? by = null, CancellationToken cancel = default) =>
        _transport.Get<KpiReport>(Route.To("endpoints", endpoint, "kpis").With("from", Time(from)).With("by", by), cancel);

    /// <summary>Predictions that wait for a human.</summary>
    public Task<Page<ReviewSummary>> Reviews(string endpoint, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ReviewSummary>>(Route.To("endpoints", endpoint, "reviews").Page(cursor, limit), cancel);

    /// <summary>What humans decided, newest first.</summary>
    public Task<Page<VerdictSummary>> Verdicts(string endpoint, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<VerdictSummary>>(Route.To("endpoints", endpoint, "verdicts").Page(cursor, limit), cancel);

    /// <summary>Gives a verdict.</summary>
    public Task<VerdictSummary> Decide(string endpoint, string review, DecideReviewRequest verdict, CancellationToken cancel = default) =>
        _transport.Post<VerdictSummary>(Route.To("endpoints", endpoint, "reviews", review), verdict, cancel);

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
