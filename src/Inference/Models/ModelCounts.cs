using Assay.Inference.Requests;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>Live counts of a model: each feature and the score over the baseline's bins.</summary>
internal sealed class ModelCounts
{
    private const int RowsAtATime = 256;

    private readonly LiveCounts[] _features;
    private readonly int[]?[] _bins;
    private readonly LiveCounts _score;
    private long _rows;

    public ModelCounts(ModelSchema schema, BaselineProfile baseline)
    {
        _features = [.. baseline.Features.Select(feature => new LiveCounts(feature))];
        _bins = [.. schema.Inputs.Select((input, column) => BinsOf(input, _features[column]))];
        _score = new LiveCounts(baseline.Score);
    }

    // A category's index in the schema is looked up once here and not per request.
    private static int[]? BinsOf(ModelInput input, LiveCounts counts) => input.Type == InputType.Category
        ? [.. input.Categories!.Select(counts.BinOf)]
        : null;

    /// <summary>Counts one column of a block: numbers, or indexes of categories.</summary>
    public void Add(int column, ReadOnlySpan<float> values)
    {
        if (_bins[column] is not { } bins)
        {
            _features[column].Add(values);
            return;
        }

        foreach (var category in values)
        {
            if (category == PredictionRows.MissingCategory)
                _features[column].AddMissing();
            else
                _features[column].AddToBin(bins[(int)category]);
        }
    }

    /// <summary>Counts a block of rows and their predictions.</summary>
    /// <param name="cells">Row by row.</param>
    /// <param name="width">Cells of a row.</param>
    /// <param name="predictions">One per row.</param>
    public void AddRows(ReadOnlySpan<float> cells, int width, ReadOnlySpan<float> predictions)
    {
        Span<float> values = stackalloc float[RowsAtATime];
        for (; !cells.IsEmpty && width > 0; cells = cells[(values.Length * width)..])
        {
            values = values[..Math.Min(RowsAtATime, cells.Length / width)];
            for (var column = 0; column < width; column++)
            {
                for (var row = 0; row < values.Length; row++)
                    values[row] = cells[row * width + column];
                Add(column, values);
            }
        }

        AddScores(predictions);
    }

    /// <summary>Counts the predictions of a block, and its rows.</summary>
    public void AddScores(ReadOnlySpan<float> predictions)
    {
        _score.Add(predictions);
        Interlocked.Add(ref _rows, predictions.Length);
    }

    public ModelWindow Take() =>
        new(Interlocked.Exchange(ref _rows, 0), [.. _features.Select(feature => feature.Take())], _score.Take());
}
