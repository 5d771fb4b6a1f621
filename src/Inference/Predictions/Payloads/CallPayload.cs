using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Assay.Inference.Explanations;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Microsoft.Extensions.Logging;

namespace Assay.Inference.Predictions.Payloads;

/// <summary>What a call asks of its model and what comes back, in the form in which the model takes it.</summary>
internal abstract class CallPayload(CallContext context) : IDisposable
{
    /// <summary>Reads a body for a model.</summary>
    /// <exception cref="InvalidInputException">It isn't what the model takes.</exception>
    /// <exception cref="RefusedRequestException">The protocol doesn't ask such models.</exception>
    public static CallPayload Read(CallContext context, PredictCall call, ServedModel model, RequestBody body) => model switch
    {
        TableModel table => RowsPayload.Read(context, call, table, body.Bytes.Span),
        ForwardingModel program when call.Dialect.PassesBodies && program.Passes(body.Bytes.Span) => new PassedPayload(context, program, body.Bytes.ToArray()),
        _ => new TensorsPayload(context, model, call.Dialect.ReadTensors(context.Http.Request, model, body.Bytes)),
    };

    /// <summary>What the body itself says of explanations; null for nothing.</summary>
    public abstract string? Explain { get; }

    /// <summary>Rows that were asked about.</summary>
    public abstract long RowsAsked { get; }

    /// <summary>Rows that were answered.</summary>
    public virtual int RowsAnswered => Outputs is [{ Shape: [var rows, ..] }, ..] ? (int)rows : 1;

    /// <summary>Rows of a table; null for anything else.</summary>
    public virtual PredictionRows? Rows => null;

    /// <summary>Predictions of a table's rows; empty unless every row was computed.</summary>
    public virtual ReadOnlySpan<float> Predictions => default;

    /// <summary>Tensors; null for anything else.</summary>
    public virtual IReadOnlyList<NamedTensor>? Inputs => null;

    /// <summary>A body that was passed on; null for anything else, or a large one.</summary>
    public virtual PassedInputs? Passed => null;

    /// <summary>What a model that is no table answered, as far as it was read.</summary>
    public IReadOnlyList<NamedTensor>? Outputs { get; protected set; }

    /// <summary>An answer that is given to the caller as it is; null for one that the protocol writes.</summary>
    public ServerAnswer? Given { get; protected set; }

    protected CallContext Context { get; } = context;

    protected ExplanationAnswer? Explanation { get; set; }

    private protected PredictionCache? Cache => Context.Bounds?.Cache;

    /// <summary>Has the model answer, or the memory of answers.</summary>
    public abstract ValueTask Compute(PredictCall call);

    /// <summary>Has the model answer and say why.</summary>
    public abstract ValueTask ComputeExplained(PredictCall call, ExplanationWish asked);

    /// <summary>The answer in the call's protocol, in memory of the shared pool that the caller returns.</summary>
    public abstract ArraySegment<byte> Write(PredictCall call);

    /// <summary>Gives back what was held.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>Counts question and answer for monitoring.</summary>
    protected abstract void Count();

    /// <summary>Counts them, whatever comes of that: counting is for monitoring, which never keeps an answer from its caller.</summary>
    protected void TryCount(PredictCall call)
    {
        try
        {
            Count();
        }
        catch (Exception problem)
        {
            NotCounted(Context.Http, call, problem);
        }
    }

    /// <summary>Looks for an answer in memory.</summary>
    private protected bool FindKept<T>(PredictCall call, CacheKey key, [NotNullWhen(true)] out T? kept)
        where T : class
    {
        kept = null;
        var from = Stopwatch.GetTimestamp();
        return Cache is { } cache && Context.Looked(call, cache.TryGet(key, out kept), from);
    }

    /// <summary>Says that a call was answered but not counted.</summary>
    public static void NotCounted(HttpContext http, PredictCall call, Exception problem)
    {
        InferenceMetrics.CountingFailed();
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger<RunningCall>()
            .LogError(problem, "A call of endpoint {Endpoint} could not be counted.", call.Target.Endpoint);
    }
}
