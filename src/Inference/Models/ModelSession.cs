using System.Collections.Concurrent;
using System.Text;
using Assay.Inference.Requests;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Assay.Inference.Models;

/// <summary>A graph on ONNX Runtime with tensors that are made once and used again.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly byte[][]?[] _categories;

    // Most requests have one row: their tensors fit each other and are kept apart from those of batches.
    private readonly ConcurrentBag<BlockTensors> _single = [];
    private readonly ConcurrentBag<BlockTensors> _batch = [];
    private int _disposed;

    private ModelSession(InferenceSession session, ModelSchema schema)
    {
        _session = session;
        _inputNames = [.. schema.Inputs.Select(input => input.Name)];
        _outputNames = [schema.Output];
        _categories = [.. schema.Inputs.Select(TextOf)];
    }

    private static byte[][]? TextOf(ModelInput input) => input.Type == InputType.Category
        ? [.. input.Categories!.Select(Encoding.UTF8.GetBytes)]
        : null;

    /// <exception cref="InvalidModelException">The bytes aren't a graph, or its tensors aren't the schema's.</exception>
    public static ModelSession Open(byte[] graph, ModelSchema schema)
    {
        using var options = RuntimeOptions.Make();
        InferenceSession session;
        try
        {
            session = new InferenceSession(graph, options);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new InvalidModelException($"{PackageFiles.Model} is not a graph that ONNX Runtime can load: {problem.Message}", problem);
        }

        try
        {
            CheckTensors(session, schema);
            return new ModelSession(session, schema);
        }
        catch (InvalidModelException)   // not ours to handle, but the native session is ours to free
        {
            session.Dispose();
            throw;
        }
    }

    private static void CheckTensors(InferenceSession session, ModelSchema schema)
    {
        foreach (var input in schema.Inputs)
        {
            var wanted = input.Type == InputType.Category ? TensorElementType.String : TensorElementType.Float;
            if (!session.InputMetadata.TryGetValue(input.Name, out var tensor) || tensor.ElementDataType != wanted)
                throw new InvalidModelException($"{PackageFiles.Model} has no {wanted} input '{input.Name}', which {PackageFiles.Schema} names.");
        }

        if (session.InputMetadata.Count != schema.Inputs.Count)
        {
            var extra = session.InputMetadata.Keys.Except(schema.Inputs.Select(input => input.Name)).First();
            throw new InvalidModelException($"{PackageFiles.Model} has an input '{extra}' that {PackageFiles.Schema} doesn't name.");
        }

        if (!session.OutputMetadata.TryGetValue(schema.Output, out var output) || output.ElementDataType != TensorElementType.Float)
            throw new InvalidModelException($"{PackageFiles.Model} has no Float output '{schema.Output}', which {PackageFiles.Schema} names.");
    }

    /// <summary>Predicts one row of missing values, so that the first caller doesn't wait for what the runtime makes at first use.</summary>
    public void WarmUp()
    {
        using var rows = new PredictionRows(_inputNames.Length);
        var row = rows.AddRow();
        for (var column = 0; column < row.Length; column++)
            row[column] = _categories[column] is null ? 0 : PredictionRows.MissingCategory;
        Run(rows, 0, stackalloc float[1], counts: null);
    }

    /// <summary>Predicts as many rows as <paramref name="predictions"/> holds, from row <paramref name="start"/> on.</summary>
    /// <exception cref="ModelFailedException">It took too long and was stopped.</exception>
    public void Run(PredictionRows rows, int start, Span<float> predictions, ModelCounts? counts, CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var pool = predictions.Length == 1 ? _single : _batch;
        if (!pool.TryTake(out var tensors))
            tensors = new BlockTensors(_categories);

        tensors.Fill(rows, start, predictions.Length);
        Run(tensors, cancel);
        tensors.Prediction.CopyTo(predictions);
        if (counts is not null)
            counts.AddBlock(tensors);
        pool.Add(tensors);   // not after an exception: what a failed run leaves behind is not used again
    }

    private void Run(BlockTensors tensors, CancellationToken cancel)
    {
        using var limit = new RunLimit(givesBack: false, cancel);
        try
        {
            _session.Run(limit.Options, _inputNames, tensors.Inputs, _outputNames, tensors.Outputs);
        }
        catch (OnnxRuntimeException problem) when (limit.Stopped(problem) is { } stopped)
        {
            throw stopped;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var tensors in _single.Concat(_batch))
            tensors.Dispose();
        _session.Dispose();
    }
}
