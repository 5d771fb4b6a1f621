using Assay.Inference.Models;

namespace Assay.Learning;

/// <summary>What there is to learn from, in the form that trainers read.</summary>
/// <param name="Task">What is predicted.</param>
/// <param name="Features">In the order of the table's columns.</param>
/// <param name="Labels">Of each row of the table: 1 for the positive class and 0 for the other, or the number; NaN is missing.</param>
internal sealed record LearningRows(ModelTask Task, IReadOnlyList<Features.Feature> Features, double[] Labels)
{
    /// <summary>Position of the row's class; 0 for a number, since numbers are of one kind.</summary>
    public int ClassOf(int row) => Task == ModelTask.Classification ? (int)Labels[row] : 0;
}
