using Assay.Inference.Explanations;

namespace Assay.Inference.Counterfactuals;

/// <summary>What a search for near rows knows of a model of rows, whatever computes it.</summary>
/// <param name="Spreads">The distribution of each input.</param>
/// <param name="Ask">Predicts rows of cells, to the same rows always the same, until the deadline. Not counted as traffic.</param>
internal sealed record SearchedTable(IReadOnlyList<Spread> Spreads, Func<IReadOnlyList<float[]>, Deadline, ValueTask<float[]>> Ask);
