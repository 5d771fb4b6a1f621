using Assay.Inference.Models;

namespace Assay.Inference.Requests;

/// <summary>A schema's inputs, prepared for reading.</summary>
internal sealed class InputColumns
{
    private readonly Utf8Lookup _names;
    private readonly Utf8Lookup?[] _categories;

    public InputColumns(ModelSchema schema)
    {
        Inputs = [.. schema.Inputs];
        _names = new Utf8Lookup(Inputs.Select(input => input.Name));
        _categories = [.. Inputs.Select(input => input.Type == InputType.Category ? new Utf8Lookup(input.Categories!) : null)];
    }

    public ModelInput[] Inputs { get; }

    /// <summary>Index of the column, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name) => _names.Find(name);

    /// <summary>Index of a category of a column, or -1.</summary>
    public int FindCategory(int column, ReadOnlySpan<byte> value) => _categories[column]!.Find(value);
}
