namespace Assay.Learning.Features;

/// <summary>A column that the model reads, in the form in which it reads it.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Nullable">Whether the dataset has a row without a value.</param>
internal abstract record Feature(string Name, bool Nullable);

/// <summary>A number or Boolean.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Nullable">Whether the dataset has a row without a value.</param>
/// <param name="Values">In single precision, as the graph is fed; NaN is missing.</param>
internal sealed record NumberFeature(string Name, bool Nullable, float[] Values) : Feature(Name, Nullable);

/// <summary>A category.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Nullable">Whether the dataset has a row without a value.</param>
/// <param name="Categories">Every value of the dataset, ordinal order.</param>
/// <param name="Codes">Of each row the position in <paramref name="Categories"/>; −1 is missing.</param>
internal sealed record CategoryFeature(string Name, bool Nullable, string[] Categories, int[] Codes) : Feature(Name, Nullable)
{
    /// <summary>The value as the graph is fed: missing is the empty string.</summary>
    public string TextOf(int row) => Codes[row] < 0 ? "" : Categories[Codes[row]];
}
