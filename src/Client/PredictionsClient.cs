using System.Globalization;
using Assay.Kernel.Paging;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Reading;
using Assay.Serving.PredictionLog.Sinks;

namespace Assay.Client;

/// <summary>The prediction log of endpoints: what they were asked and what they answered.</summary>
public sealed class PredictionsClient
{
    private readonly Transport _transport;

    internal PredictionsClient(Transport transport) => _transport = transport;

    /// <summary>The last calls, newest first.</summary>
    public Task<Page<LoggedPrediction>> List(string endpoint, PredictionSearch search, CancellationToken cancel = default) =>
        _transport.Get<Page<LoggedPrediction>>(
            Route.To("endpoints", endpoint, "predictions").With("from", Time(search.From)).With("to", Time(search.To))
                .With("outcome", search.Outcome).With("caller", search.Caller).Page(search.Cursor, search.Limit),
            cancel);

    /// <summary>One call by its id, or null.</summary>
    public Task<LoggedPrediction?> Find(string endpoint, string id, CancellationToken cancel = default) =>
        _transport.Find<LoggedPrediction>(Route.To("endpoints", endpoint, "predictions", id), cancel);

    /// <summary>Files with calls that began between two times, newest first.</summary>
    public Task<Page<PredictionFileSummary>> Files(
        string endpoint, DateTimeOffset? from = null, DateTimeOffset? to = null, string? cursor = null, CancellationToken cancel = default) =>
        _transport.Get<Page<PredictionFileSummary>>(
            Route.To("endpoints", endpoint, "prediction-files").With("from", Time(from)).With("to", Time(to)).Page(cursor, null), cancel);

    /// <summary>Makes a file of the calls that are in none yet.</summary>
    public Task<CompletedFiles> Complete(string endpoint, CancellationToken cancel = default) =>
        _transport.Post<CompletedFiles>(Route.To("endpoints", endpoint, "prediction-files"), null, cancel);

    /// <summary>Copies a Parquet file as it comes.</summary>
    public Task Download(string endpoint, string file, Stream destination, CancellationToken cancel = default) =>
        _transport.Download(Route.To("endpoints", endpoint, "prediction-files", file, "content"), destination, cancel);

    /// <summary>Deletes the files whose calls all began before a time.</summary>
    public Task<RemovedPredictions> Remove(string endpoint, DateTimeOffset before, CancellationToken cancel = default) =>
        _transport.Delete<RemovedPredictions>(Route.To("endpoints", endpoint, "prediction-files").With("before", Time(before)), cancel);

    /// <summary>What the log of an endpoint keeps, or null when there is no such endpoint.</summary>
    public Task<LogSummary?> Log(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<LogSummary>(Route.To("endpoints", endpoint, "prediction-log"), cancel);

    /// <summary>Changes what the log of an endpoint keeps.</summary>
    public Task<LogSummary> PutLog(string endpoint, PutLogPolicyRequest request, CancellationToken cancel = default) =>
        _transport.Put<LogSummary>(Route.To("endpoints", endpoint, "prediction-log"), request, cancel);

    /// <summary>Where calls of an endpoint are told, or null when nobody is.</summary>
    public Task<EventSinkSummary?> Sink(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<EventSinkSummary>(Route.To("endpoints", endpoint, "event-sink"), cancel);

    /// <summary>Has calls of an endpoint told from now on.</summary>
    public Task<EventSinkSummary> PutSink(string endpoint, PutEventSinkRequest request, CancellationToken cancel = default) =>
        _transport.Put<EventSinkSummary>(Route.To("endpoints", endpoint, "event-sink"), request, cancel);

    /// <summary>Has them told no more.</summary>
    public Task RemoveSink(string endpoint, CancellationToken cancel = default) => _transport.Delete(Route.To("endpoints", endpoint, "event-sink"), cancel);

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
