using System.Text.RegularExpressions;
using Assay.Inference.Batching;
using Assay.Inference.Explanations;
using Assay.Inference.Graphs;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Onnx;

/// <summary>
/// Any ONNX graph of tensors, in this process. Its signature is read from the graph; a call computes on one core, and is
/// stopped when it takes too long.
/// </summary>
internal sealed partial class TensorModel : ServedModel
{
    private const int MessageLengthMax = 300;
    private static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(1);

    private readonly InferenceSession _session;
    private readonly OnnxSignature _signature;
    private readonly OnnxSource _source;
    private readonly Lazy<ReadTensors?> _read;
    private readonly ComputeTurns _turns = new();
    private volatile IReadOnlyList<NamedShape> _fitting = [];   // shapes that it has computed
    private TensorBatcher? _batcher;
    private int _triedSizes;
    private int _disposed;

    private TensorModel(InferenceSession session, OnnxSignature signature, OnnxSource source)
    {
        (_session, _signature, _source) = (session, signature, source);
        _read = new(() => source.Read(signature.Signature));
        InferenceMetrics.ModelLoaded();
    }

    public override ModelKind Kind => ModelKind.Tensors;

    public override ModelSignature Signature => _signature.Signature;

    /// <inheritdoc/>
    public override IReadOnlyList<string>? Columns => _source.Columns;

    /// <inheritdoc/>
    public override RowAnswer? RowAnswer => _source.Answer;

    /// <inheritdoc/>
    internal override RowAnswer? CountedAnswer => _source.Counted;

    /// <inheritdoc/>
    internal override ExplainedModel Explained => base.Explained with { Read = _read.Value };

    /// <summary>Loads a graph and computes zeros once to warm it up.</summary>
    /// <param name="source">The graph; the model owns it from now on.</param>
    /// <exception cref="InvalidModelException">It is no graph that can be served.</exception>
    public static TensorModel Load(OnnxSource source)
    {
        using var options = RuntimeOptions.Make();
        InferenceSession session;
        try
        {
            session = source.Open(options);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new InvalidModelException($"The graph can't be loaded by ONNX Runtime: {Cut(problem.Message)}", problem);
        }

        TensorModel? model = null;
        try
        {
            model = new TensorModel(session, OnnxSignature.Of(session), source);
            model.WarmUp();
            model.TryBatches();
            return model;
        }
        catch
        {
            ((IDisposable?)model ?? session).Dispose();
            throw;
        }
    }

    public override ValueTask<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _signature.Check(inputs);
        var wanted = _signature.Resolve(outputs);
        return _turns.Run<IReadOnlyList<NamedTensor>>(() => Compute(inputs, wanted, cancel), cancel);
    }

    /// <summary>Whether calls that come at the same time are computed together.</summary>
    internal bool IsBatched => _batcher is not null;

    /// <inheritdoc/>
    internal override async ValueTask<AnsweredTensors> InferAmongOthers(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel)
    {
        if (_batcher is null || _turns.IsSlow)
            return await base.InferAmongOthers(inputs, outputs, cancel);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _signature.Check(inputs);
        return _batcher.Fitting(inputs, _signature.Resolve(outputs), cancel) is { } asked
            ? await _batcher.Infer(asked)
            : await base.InferAmongOthers(inputs, outputs, cancel);
    }

    private void TryBatches()
    {
        if (TensorTrial.Run(_signature, (inputs, cancel) => Run(inputs, _signature.Resolve(null), cancel)))
            _batcher = new((inputs, outputs, cancel) => new(Compute(inputs, outputs, cancel)), Math.Max(1, Environment.ProcessorCount / 2), TensorTrial.RowsMax, TensorTrial.BytesMax);
    }

    private List<NamedTensor> Compute(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancel)
    {
        try
        {
            var answer = Run(inputs, outputs, cancel);
            if (_fitting.Count == 0)
                _fitting = NamedShape.Of(inputs);
            return answer;
        }
        catch (ModelFailedException problem) when (!problem.IsStopped && !cancel.IsCancellationRequested && FindUnfit(inputs, cancel) is { } unfit)
        {
            throw unfit;
        }
    }

    // The graph's own word for its sizes may leave open what only its operators know, such as a width that must be a multiple
    // of 8. Whether an input's size is to blame is found out by zeros in its place: they fail as well, but not in a shape
    // that was computed before.
    private InvalidInputException? FindUnfit(IReadOnlyList<NamedTensor> inputs, CancellationToken cancel)
    {
        if (_fitting.Count == 0 && Interlocked.Exchange(ref _triedSizes, 1) == 0)
            _fitting = TrySizes(cancel);
        return _fitting.Count == 0 ? null : new UnfitInput(_signature, _fitting, tried => Computes(tried, cancel)).Find(inputs);
    }

    // Once, where neither zeros of size 1 nor a caller's inputs were computed yet.
    private IReadOnlyList<NamedShape> TrySizes(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TrialTime);
        try
        {
            return UnfitInput.Sizes(_signature).FirstOrDefault(inputs => Computes(inputs, limit.Token)) is { } found ? NamedShape.Of(found) : [];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [];
        }
    }

    private bool Computes(IReadOnlyList<NamedTensor> inputs, CancellationToken cancel)
    {
        try
        {
            Run(inputs, _signature.Resolve(null), cancel);
            return true;
        }
        catch (Exception problem) when (problem is ModelFailedException or InvalidInputException)
        {
            return false;
        }
    }

    private List<NamedTensor> Run(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancel)
    {
        using var limit = new RunLimit(_turns.IsSlow, cancel);
        using var values = new OnnxInputs();
        foreach (var input in inputs)
            values.Add(input);
        try
        {
            using var results = _session.Run(limit.Options, values.Names, values.Values, outputs);
            var answer = new List<NamedTensor>(outputs.Count);
            for (var i = 0; i < outputs.Count; i++)
                OnnxOutputs.Add(answer, outputs[i], results[i]);
            return answer;
        }
        catch (OnnxRuntimeException problem)
        {
            throw limit.Stopped(problem) ?? _signature.FindDisagreement(inputs)
                ?? (Exception)new ModelFailedException($"The model could not compute an answer from these inputs: {Cut(problem.Message)}", problem);
        }
    }

    // So that the first caller doesn't wait for what the runtime makes at first use. Not every graph takes zeros.
    private void WarmUp()
    {
        try
        {
            var zeros = _signature.Zeros();
            Run(zeros, _signature.Resolve(null), CancellationToken.None);
            _fitting = NamedShape.Of(zeros);
        }
        catch (Exception problem) when (problem is ModelFailedException or InvalidInputException)
        {
            // A caller's own inputs decide.
        }
    }

    // What stands where in the runtime's own source takes the room of what it says.
    private static string Cut(string message)
    {
        message = SourcePlace().Replace(message.ReplaceLineEndings(" "), "");
        return message.Length <= MessageLengthMax ? message : message[..MessageLengthMax] + "…";
    }

    [GeneratedRegex(@"/\S*/onnxruntime/\S+:\d+ [^()]*\([^()]*\)( const)? ")]
    private static partial Regex SourcePlace();

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _turns.Dispose();
        _session.Dispose();
        _source.Dispose();
        InferenceMetrics.ModelUnloaded();
    }
}
