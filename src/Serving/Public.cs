using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Kernel.Permissions;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Plans;
using Assay.Statistics.Profiles;

namespace Assay.Serving;

/// <summary>What the routes of this module need.</summary>
public static class ServingPermissions
{
    public static readonly Permission Read = new("endpoints.read");
    public static readonly Permission Write = new("endpoints.write");
    public static readonly Permission Predict = new("endpoints.predict");

    /// <summary>See and take logged calls: their inputs are personal data where the model is about people.</summary>
    public static readonly Permission PredictionsRead = new("predictions.read") { Kind = "endpoints" };

    /// <summary>Have logged calls told to a server elsewhere.</summary>
    public static readonly Permission SendEvents = new("predictions.send") { Kind = "endpoints" };

    /// <summary>Delete logged calls before their days are over.</summary>
    public static readonly Permission PredictionsDelete = new("predictions.delete") { Kind = "endpoints" };
}

/// <summary>Whether an endpoint answers.</summary>
public enum EndpointState
{
    /// <summary>The model is being loaded; requests wait for it.</summary>
    Loading,

    /// <summary>It answers. A problem beside it says that a newer version couldn't be loaded.</summary>
    Ready,

    /// <summary>No model could be loaded; requests are answered 503 and the problem says why.</summary>
    Failed,
}

/// <summary>An endpoint: a name under which a version of a model answers.</summary>
/// <param name="Name">Its address is <c>/endpoints/{name}/predict</c>.</param>
/// <param name="Model">Name of the registered model.</param>
/// <param name="Target">Which version is wanted: a number, an alias or a stage; the last two are followed when they move.</param>
/// <param name="Version">The version that answers now; null while none does.</param>
/// <param name="Digest">Root digest of the package that answers now.</param>
/// <param name="State">Whether it answers.</param>
/// <param name="Problem">One sentence: why it, or a newer version, doesn't answer.</param>
/// <param name="UpdatedAt">When its model or state last changed.</param>
public sealed record EndpointSummary(
    string Name,
    string Model,
    string Target,
    int? Version,
    string? Digest,
    EndpointState State,
    string? Problem,
    DateTimeOffset UpdatedAt)
{
    /// <summary>How requests are split while a roll-out goes on, the stable version first; null while one version answers all.</summary>
    public IReadOnlyList<EndpointShare>? Split { get; init; }
}

/// <summary>A part of an endpoint's requests.</summary>
/// <param name="Arm">Name of the arm.</param>
/// <param name="Version">The version that answers them.</param>
/// <param name="Percent">Which part.</param>
public sealed record EndpointShare(string Arm, int Version, double Percent);

/// <summary>An endpoint with what a caller must send and how it does.</summary>
/// <param name="Endpoint">Name, model and state.</param>
/// <param name="Schema">What a row holds; null while no model is loaded, and for models that are no tables.</param>
/// <param name="Stats">Traffic of the last minutes.</param>
/// <param name="Kind">How the model is served; null while none is loaded.</param>
/// <param name="Signature">The model's inputs and outputs as tensors; null while none is loaded.</param>
public sealed record EndpointDetail(
    EndpointSummary Endpoint, ModelSchema? Schema, EndpointStats Stats, ModelKind? Kind = null, ModelSignature? Signature = null)
{
    /// <summary>The roll-out that goes on, or the last one; null when there was none.</summary>
    public RolloutDetail? Rollout { get; init; }

    /// <summary>How promotions come to this endpoint; null when they come at once.</summary>
    public RolloutPlan? Policy { get; init; }
}

/// <summary>Traffic of an endpoint in this process over the last <see cref="WindowSeconds"/>.</summary>
/// <param name="Requests">Requests in the window.</param>
/// <param name="Errors">Those among them that were not answered with predictions, whoever was at fault.</param>
/// <param name="Rows">Rows that were answered.</param>
/// <param name="P50Milliseconds">Median time of a request, 5 % exact; null without requests.</param>
/// <param name="P95Milliseconds">95 of 100 requests were at least this fast.</param>
/// <param name="P99Milliseconds">99 of 100 requests were at least this fast.</param>
/// <param name="WindowSeconds">Length of the window.</param>
/// <param name="Seconds">Every second of the window, oldest first, silent ones too.</param>
public sealed record EndpointStats(
    long Requests,
    long Errors,
    long Rows,
    double? P50Milliseconds,
    double? P95Milliseconds,
    double? P99Milliseconds,
    int WindowSeconds,
    IReadOnlyList<EndpointSecond> Seconds);

/// <summary>The calls of an endpoint in this process in the last minute.</summary>
/// <param name="Requests">All of them.</param>
/// <param name="Failed">Those that the server could not answer: no model, no result, not in time.</param>
/// <param name="Limited">Those that the endpoint's limits turned away.</param>
/// <param name="P50Milliseconds">Median time of a call, 5 % exact; null without calls.</param>
/// <param name="P95Milliseconds">95 of 100 calls were at least this fast.</param>
/// <param name="P99Milliseconds">99 of 100 calls were at least this fast.</param>
public sealed record EndpointHealth(
    long Requests, long Failed, long Limited, double? P50Milliseconds, double? P95Milliseconds, double? P99Milliseconds)
{
    /// <summary>Calls that waited at the same time, on average: what all of them waited, divided by the minute.</summary>
    public double Waiting { get; init; }

    /// <summary>Calls that may wait for their turn before others are turned away; null where the endpoint's limits let all of them in.</summary>
    public int? WaitingRoom { get; init; }
}

/// <summary>One second of traffic.</summary>
public sealed record EndpointSecond(DateTimeOffset At, int Requests, int Errors);

/// <summary>An endpoint whose model is loaded in this process.</summary>
/// <param name="Project">Its project.</param>
/// <param name="Name">Its name.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Digest">Root digest of the package.</param>
/// <param name="Baseline">What live counts are compared with; of a model that was made elsewhere, nothing of training data.</param>
public sealed record ServedEndpoint(string Project, string Name, string Model, int Version, string Digest, BaselineProfile Baseline);

/// <summary>What one model version of an endpoint predicted from, since the last time it was taken.</summary>
/// <param name="Endpoint">Which endpoint and which version of its model; its baseline has the same bins as the counts.</param>
/// <param name="Counts">Rows and counts per feature and of the score.</param>
public sealed record EndpointWindow(ServedEndpoint Endpoint, ModelWindow Counts)
{
    /// <summary>What became of the calls in this time; of a former version's last window nothing is told.</summary>
    public AskedCalls Calls { get; init; } = AskedCalls.None;
}

/// <summary>Calls of an endpoint in a time, whatever became of them, candidates of a roll-out left out.</summary>
/// <param name="Answered">With predictions.</param>
/// <param name="Refused">With 400: rows that the model's schema doesn't allow, or a body that can't be read.</param>
/// <param name="Columns">Refused calls by the input at fault; a call counts for the first one that was found, and some are about none.</param>
public sealed record AskedCalls(long Answered, long Refused, IReadOnlyDictionary<string, long> Columns)
{
    /// <summary>No calls.</summary>
    public static readonly AskedCalls None = new(0, 0, new Dictionary<string, long>());

    /// <summary>All of them.</summary>
    public long All => Answered + Refused;

    /// <summary>The sum of both.</summary>
    public AskedCalls Merge(AskedCalls other) => new(
        Answered + other.Answered,
        Refused + other.Refused,
        Columns.Concat(other.Columns).GroupBy(column => column.Key).ToDictionary(column => column.Key, column => column.Sum(each => each.Value)));
}

/// <summary>The endpoints of this process, for the modules above.</summary>
public interface IEndpoints
{
    /// <summary>The endpoints of all projects whose model is loaded, of whatever kind it is.</summary>
    IReadOnlyList<ServedEndpoint> List();

    /// <summary>
    /// Takes the counts since the last call and starts new ones. Null when nothing was predicted or refused since. After a swap the
    /// former version's last window comes first: call again until null.
    /// </summary>
    Task<EndpointWindow?> TakeWindow(string project, string name, CancellationToken cancel = default);

    /// <summary>The calls of the last minute; null when there is no such endpoint in this process.</summary>
    EndpointHealth? Health(string project, string name);

    /// <summary>
    /// What each input did to the predictions of rows, in the background and bounded in time. Null when that version does not
    /// answer here any more.
    /// </summary>
    /// <param name="served">Endpoint and version.</param>
    /// <param name="rows">Cells in the order of the baseline's features as the prediction log has them.</param>
    /// <param name="cancel">Gives up.</param>
    Task<RowAttributions?> Attribute(ServedEndpoint served, IReadOnlyList<IReadOnlyList<string?>> rows, CancellationToken cancel);
}

/// <summary>A part of an endpoint's prediction log: of one model version, in the order in which its calls ended.</summary>
/// <param name="Id">The same while the part is being written and when it has become a file.</param>
/// <param name="IsFile">Whether it is whole and will not grow; else it is being written by this process.</param>
/// <param name="Calls">Calls in it, as far as that is known.</param>
/// <param name="Model">Name of the model; null for calls that none answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="From">Beginning of its first call.</param>
/// <param name="To">Beginning of its last call.</param>
public sealed record PredictionPart(string Id, bool IsFile, long Calls, string? Model, int? Version, DateTimeOffset From, DateTimeOffset To);

/// <summary>A row that was answered with a prediction, not with an explanation.</summary>
/// <param name="Place">Place of the row in its part, from 0; rows without an answer have places too.</param>
/// <param name="Id">By which the caller knows the call: <c>Assay-Request-Id</c> of the answer.</param>
/// <param name="Row">Its place in the call, from 1.</param>
/// <param name="At">When the call began.</param>
/// <param name="Prediction">What was answered.</param>
/// <param name="Inputs">Values of the inputs that were asked for, as text; null where one was missing.</param>
public readonly record struct AnsweredRow(long Place, string Id, int Row, DateTimeOffset At, float Prediction, IReadOnlyList<string?> Inputs)
{
    /// <summary>Of a model of several classes, the one that was answered; the prediction is its probability, NaN where there is none.</summary>
    public string? Class { get; init; }

    /// <summary>The probability of each class in the model's order, NaN where the row had none; null where the log doesn't keep them.</summary>
    public IReadOnlyList<float>? Probabilities { get; init; }
}

/// <summary>Some answered rows of a part, and where the next ones begin.</summary>
/// <param name="Rows">In their order.</param>
/// <param name="Next">Place after the last row that was looked at.</param>
/// <param name="Calls">Calls of the part that were looked at so far.</param>
/// <param name="Kept">Which of the inputs that were asked for the log keeps in clear; the others are left out or hashed.</param>
public sealed record AnsweredRows(IReadOnlyList<AnsweredRow> Rows, long Next, long Calls, IReadOnlyList<bool> Kept);

/// <summary>The prediction log of the current project's endpoints, for the modules above.</summary>
public interface IPredictionLog
{
    /// <summary>The parts of an endpoint's log with calls between two times, newest first: files, and what this process writes.</summary>
    Task<IReadOnlyList<PredictionPart>> Parts(string endpoint, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel);

    /// <summary>
    /// The answered rows of a part from a place on, some thousands at a time. Nothing comes of a part that was deleted meanwhile.
    /// </summary>
    IAsyncEnumerable<AnsweredRows> Read(string endpoint, string part, long from, IReadOnlyList<string> inputs, CancellationToken cancel);

    /// <summary>The same of the rows of calls with these ids alone.</summary>
    IAsyncEnumerable<AnsweredRows> Find(string endpoint, string part, IReadOnlySet<string> ids, IReadOnlyList<string> inputs, CancellationToken cancel);

    /// <summary>Between which times a call of this id can have begun.</summary>
    (DateTimeOffset From, DateTimeOffset To) TimesOf(string id);

    /// <summary>
    /// What the endpoint's model takes and answers; of an ONNX graph only what it answers for a row. Null while none is loaded
    /// that answers a class or a number for each row.
    /// </summary>
    ModelSchema? Schema(string endpoint);

    /// <summary>Names of inputs that the endpoint's log leaves out or keeps as hashes.</summary>
    IReadOnlyList<string> Masked(string endpoint);

    /// <summary>Days that the endpoint's calls are kept.</summary>
    int KeepDays(string endpoint);
}
