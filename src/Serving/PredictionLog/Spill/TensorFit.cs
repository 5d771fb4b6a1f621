using Assay.Inference.Tensors;
using Assay.Serving.PredictionLog.Capture;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>
/// Whether a call's tensors are what the model's signature has, so that what a policy masks is where it is expected. Calls that were
/// refused, and bodies that nobody read before they were passed on, may hold anything anywhere.
/// </summary>
internal sealed class TensorFit
{
    private readonly IReadOnlyList<TensorSpec> _specs;
    private readonly IReadOnlyList<string>? _columns;
    private readonly bool _isAsked;

    /// <param name="call">The call.</param>
    /// <param name="leftOut">Names of inputs, or of columns of the only one, that are not kept.</param>
    /// <param name="hashed">Those that are kept as hashes.</param>
    public TensorFit(LoggedCall call, IReadOnlyCollection<string> leftOut, IReadOnlyCollection<string> hashed)
    {
        (_specs, _columns) = (call.Signature?.Inputs ?? [], call.Columns is { Count: > 0 } columns ? columns : null);
        string[] masked = [.. leftOut, .. hashed];
        MaskedColumns = _columns is not null && masked.Any(_columns.Contains) ? _columns : null;

        // A name that this version doesn't have may be a part of any input that has no names for its parts.
        var isPlaced = _columns is not null || _specs.All(spec => spec.IsColumn) || masked.All(Knows);
        _isAsked = isPlaced && call.Inputs.All(input => Knows(input.Name)) && call.Inputs.DistinctBy(input => input.Name).Count() == call.Inputs.Count;
    }

    /// <summary>Names of the columns of the only input, where some of them are masked; null otherwise.</summary>
    public IReadOnlyList<string>? MaskedColumns { get; }

    /// <summary>Whether the model has an input of this name.</summary>
    public bool Knows(string name) => _specs.Any(spec => spec.Name == name);

    /// <summary>Whether the values of a tensor are what its name and the names of its columns say.</summary>
    public bool Fits(LoggedTensor input)
    {
        if (!_isAsked || _specs.First(spec => spec.Name == input.Name) is not { } spec || !Fits(input.Shape, spec))
            return false;
        return MaskedColumns is null || (_specs.Count == 1 && input.Shape.Count > 0 && input.Shape[^1] == MaskedColumns.Count);
    }

    // A shape without dimensions is open.
    private static bool Fits(IReadOnlyList<long> shape, TensorSpec spec) =>
        spec.Shape.Count == 0 || (spec.IsColumn && shape.Count == 1)
        || (shape.Count == spec.Shape.Count && shape.Zip(spec.Shape).All(pair => pair.Second < 0 || pair.First == pair.Second));
}
