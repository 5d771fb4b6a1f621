using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Batching;

/// <summary>A call of a model of tensors.</summary>
/// <param name="Inputs">In the order in which they came.</param>
/// <param name="Outputs">Names of the graph's outputs that are wanted.</param>
/// <param name="Rows">Their first dimension.</param>
/// <param name="Cancel">Gives up where it is computed by itself.</param>
internal sealed record AskedTensors(IReadOnlyList<NamedTensor> Inputs, IReadOnlyList<string> Outputs, int Rows, CancellationToken Cancel);

/// <summary>What a call was answered with, and the computation that it was part of.</summary>
internal readonly record struct AnsweredTensors(IReadOnlyList<NamedTensor> Outputs, ComputedTurn Turn);

/// <summary>Computes outputs of inputs.</summary>
/// <param name="inputs">Of one call, or of several behind each other.</param>
/// <param name="outputs">Names of those that are wanted.</param>
/// <param name="cancel">Gives up.</param>
internal delegate ValueTask<IReadOnlyList<NamedTensor>> ComputeTensors(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancel);

/// <summary>Batches for a model of tensors whose first dimension is rows. Calls go together whose inputs are of the same sizes otherwise.</summary>
/// <param name="compute">Computes them.</param>
/// <param name="turns">Computations at the same time.</param>
/// <param name="rowsMax">Rows that go together at most.</param>
/// <param name="bytesMax">Bytes of a call's inputs up to which it goes with others.</param>
internal class TensorBatcher(ComputeTensors compute, int turns, int rowsMax, int bytesMax) : Batcher<AskedTensors, AnsweredTensors>(turns, rowsMax)
{
    private volatile bool _mixes;

    /// <summary>Told once, when calls no longer go together.</summary>
    public Action? Stopped { get; init; }

    /// <summary>Whether calls still go together: no answer showed that rows look at each other.</summary>
    public bool IsOn => !_mixes;

    /// <summary>A call that may go with others; null for one that is large, or has no rows.</summary>
    public AskedTensors? Fitting(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancel) =>
        TensorRows.CountOf(inputs) is { } rows && rows <= TogetherMax && inputs.Sum(input => (long)input.Bytes.Length) <= bytesMax ? new(inputs, outputs, rows, cancel) : null;

    /// <summary>Computes a call, with those of others when it has to wait anyway.</summary>
    public ValueTask<AnsweredTensors> Infer(AskedTensors asked) => Ask(asked);

    protected override bool IsGivenUp(AskedTensors asked) => asked.Cancel.IsCancellationRequested;

    protected override int RowsOf(AskedTensors asked) => asked.Rows;

    protected override bool GoTogether(AskedTensors first, AskedTensors next)
    {
        if (_mixes || !first.Outputs.SequenceEqual(next.Outputs) || first.Inputs.Count != next.Inputs.Count)
            return false;
        for (var at = 0; at < first.Inputs.Count; at++)
        {
            var (one, other) = (first.Inputs[at], next.Inputs[at]);
            if (one.Name != other.Name || one.Type != other.Type || !one.Shape.Skip(1).SequenceEqual(other.Shape.Skip(1)))
                return false;
        }

        return true;
    }

    protected override async ValueTask<AnsweredTensors> Alone(AskedTensors asked, long began) =>
        new(await compute(asked.Inputs, asked.Outputs, asked.Cancel), new(began, asked.Rows));

    protected override async ValueTask<AnsweredTensors[]> Together(IReadOnlyList<AskedTensors> asked, long began)
    {
        var rows = asked.Sum(one => one.Rows);
        var outputs = await compute(TensorRows.Join([.. asked.Select(one => one.Inputs)], rows), asked[0].Outputs, CancellationToken.None);
        if (TensorRows.CountOf(outputs) != rows)
            throw Mixed();
        var answers = new AnsweredTensors[asked.Count];
        for (int at = 0, first = 0; at < answers.Length; first += asked[at++].Rows)
            answers[at] = new(TensorRows.Slice(outputs, rows, first, asked[at].Rows), new(began, at == 0 ? rows : 0));
        return answers;
    }

    /// <summary>No calls go together from now on; those that did are computed again, each by itself.</summary>
    protected ModelFailedException Mixed()
    {
        if (!Interlocked.Exchange(ref _mixes, true))
        {
            InferenceMetrics.RowsMixed();
            Stopped?.Invoke();
        }

        return new("The model does not answer row by row.");
    }
}
