using Assay.Inference.Batching;
using Assay.Inference.Compiled;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Inference.Metrics;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Models;

/// <summary>
/// A loaded model: reads requests by its schema, predicts on ONNX Runtime, and counts every feature and score over the
/// baseline's bins in constant memory. Safe to use from any number of threads, each of which computes on its own: a
/// prediction uses one core, and requests run side by side.
/// </summary>
public sealed class InferenceModel : TableModel
{
    /// <summary>Rows that go through the graph at a time: enough to make a call's cost vanish, few enough to stay in the cache.</summary>
    internal const int BlockRows = 1024;

    private readonly ModelSession _session;
    private readonly CompiledScore? _compiled;
    private readonly RowBatcher? _batcher;
    private readonly ComputeTurns _turns = new();
    private readonly ModelCounts _counts;
    private readonly Lazy<Explainer> _explainer;
    private int _disposed;

    private InferenceModel(ModelSchema schema, BaselineProfile baseline, ModelSession session, byte[] graph)
        : base(schema)
    {
        Baseline = baseline;
        _session = session;
        _counts = new ModelCounts(schema, baseline);
        var kept = graph.Length <= ExplanationLimits.GraphBytesMax ? graph : [];
        _compiled = CompiledScore.Of(kept, schema, baseline, session);
        _batcher = _compiled is null ? BatchTrial.Run(session, schema, baseline, _counts) : null;
        _explainer = new(() => new Explainer(schema, baseline, session, Interlocked.Exchange(ref kept, [])));
        InferenceMetrics.ModelLoaded();
    }

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Table;

    /// <summary>Whether predictions are computed without the runtime, to the same bits.</summary>
    internal bool IsCompiled => _compiled is not null;

    /// <summary>The distributions of the training data, whose bins the windows have.</summary>
    public BaselineProfile Baseline { get; }

    /// <inheritdoc/>
    public override BaselineProfile Watched => Baseline;

    /// <summary>
    /// Loads a package and predicts one row to warm it up. The caller has verified the bytes.
    /// </summary>
    /// <param name="file">Gives the bytes of a file of the package by its name (<see cref="PackageFiles"/>).</param>
    /// <exception cref="InvalidModelException">A file can't be read, or the graph's inputs aren't the schema's.</exception>
    public static InferenceModel Load(Func<string, byte[]> file)
    {
        var schema = PackageJson.Read<ModelSchema>(file, PackageFiles.Schema);
        var baseline = PackageJson.Read<BaselineProfile>(file, PackageFiles.Baseline);
        PackageCheck.Agree(schema, baseline);
        var graph = PackageJson.Bytes(file, PackageFiles.Model);
        var session = ModelSession.Open(graph, schema);
        try
        {
            session.WarmUp();
            return new InferenceModel(schema, baseline, session, graph);
        }
        catch (Exception problem) when (problem is OnnxRuntimeException or ModelFailedException)
        {
            session.Dispose();
            throw new InvalidModelException($"{PackageFiles.Model} can't compute a prediction: {problem.Message}", problem);
        }
    }

    /// <summary>One prediction per row: the probability of the positive class, or the number. Counted for monitoring.</summary>
    public float[] Predict(PredictionRows rows, CancellationToken cancel = default)
    {
        var predictions = new float[rows.Count];
        Predict(rows, predictions, cancel);
        return predictions;
    }

    /// <summary>The same into memory of the caller, of <c>rows.Count</c> values.</summary>
    public void Predict(PredictionRows rows, Span<float> predictions, CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        for (var start = 0; start < rows.Count; start += BlockRows)
        {
            cancel.ThrowIfCancellationRequested();
            var count = Math.Min(BlockRows, rows.Count - start);
            var block = predictions.Slice(start, count);
            if (_compiled is not null)
                _compiled.Run(rows, start, block, _counts);
            else
                _session.Run(rows, start, block, _counts, cancel);
        }
    }

    /// <summary>Whether rows of requests that come at the same time are computed together.</summary>
    internal bool IsBatched => _batcher is not null;

    /// <inheritdoc/>
    internal override ValueTask<ComputedTurn> PredictAmongOthers(PredictionRows rows, Memory<float> predictions, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_batcher is not null && rows.Count <= RowBatcher.RowsMax)
            return _batcher.Predict(rows, predictions);
        return _turns.Run(() =>
        {
            var began = TimeProvider.System.GetTimestamp();
            Predict(rows, predictions.Span, cancel);
            return new ComputedTurn(began, rows.Count);
        }, cancel);
    }

    /// <summary>Says why; made when it is first asked for.</summary>
    internal Explainer Explainer => _explainer.Value;

    /// <inheritdoc/>
    internal override SearchedTable Searched => new(Explainer.Spreads, (rows, deadline) => new(Explainer.Game(deadline).Predictions(rows)));

    /// <summary>What each input did to the prediction of each row. Not counted as traffic.</summary>
    /// <exception cref="InvalidInputException">Too many rows.</exception>
    internal ExplanationAnswer Explain(PredictionRows rows, ExplanationWish wish, CancellationToken cancel = default) =>
        Explainer.Explain(rows, wish, cancel);

    /// <summary>
    /// What each input did to the predictions of rows, in the background: as many rows as five seconds of work suffice for, with
    /// rests. Hold the model until it is done. Not counted as traffic.
    /// </summary>
    /// <param name="rows">Cells in the schema's order as the prediction log has them: numbers as text, null where one is missing.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<RowAttributions> Attribute(IReadOnlyList<IReadOnlyList<string?>> rows, CancellationToken cancel) =>
        InputWeights.Of(this, rows, cancel);

    /// <inheritdoc/>
    internal override void Count(PredictionRows rows, ReadOnlySpan<float> predictions) => _counts.AddRows(rows.Cells, predictions);

    /// <inheritdoc/>
    public override ModelWindow TakeWindow() => _counts.Take();

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel)
    {
        Tensors.CheckOutputs(outputs);
        using var rows = Tensors.Read(inputs);
        return ValueTask.FromResult<IReadOnlyList<NamedTensor>>([Tensors.Answer(Predict(rows, cancel))]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _turns.Dispose();
        _session.Dispose();
        InferenceMetrics.ModelUnloaded();
    }
}
