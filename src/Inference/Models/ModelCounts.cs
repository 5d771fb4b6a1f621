using Assay.Inference.Metrics;
using Assay.Inference.Requests;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>Live counts of a model: each feature and the score over the baseline's bins.</summary>
internal sealed class ModelCounts
{
    private const int RowsAtATime = 256;
    private const int WaitingMax = 16;

    // One for each processor, so that threads seldom meet.
    private readonly WaitingRows[] _waiting;
    private readonly WaitingRows.Counter _count;
    private readonly int _width;
    private readonly LiveCounts[] _features;
    private readonly int[]?[] _bins;
    private readonly LiveCounts _score;
    private long _rows;

    public ModelCounts(ModelSchema schema, BaselineProfile baseline)
    {
        _features = [.. baseline.Features.Select(feature => new LiveCounts(feature))];
        _bins = [.. schema.Inputs.Select((input, column) => BinsOf(input, _features[column]))];
        _score = new LiveCounts(baseline.Score);
        _width = schema.Inputs.Count;
        _waiting = [.. Enumerable.Range(0, Math.Min(WaitingMax, Environment.ProcessorCount)).Select(_ => new WaitingRows(_width))];
        _count = CountRows;
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

    /// <summary>Counts a block of rows and their predictions, at the latest when counts are taken.</summary>
    /// <param name="cells">Row by row.</param>
    /// <param name="predictions">One per row.</param>
    public void AddRows(ReadOnlySpan<float> cells, ReadOnlySpan<float> predictions)
    {
        if (!_waiting[Thread.GetCurrentProcessorId() % _waiting.Length].Take(cells, predictions, _count))
            CountRows(cells, predictions);
    }

    /// <summary>Counts the columns of a block that was computed, and its predictions.</summary>
    public void AddBlock(BlockTensors block)
    {
        try
        {
            block.Count(this);
        }
        catch (Exception)   // whatever it is, counting is for monitoring, which never keeps an answer from its caller
        {
            InferenceMetrics.CountingFailed();
        }
    }

    private void CountRows(ReadOnlySpan<float> cells, ReadOnlySpan<float> predictions)
    {
        try
        {
            CountColumns(cells, predictions);
        }
        catch (Exception)   // the same
        {
            InferenceMetrics.CountingFailed();
        }
    }

    private void CountColumns(ReadOnlySpan<float> cells, ReadOnlySpan<float> predictions)
    {
        Span<float> values = stackalloc float[RowsAtATime];
        for (; !cells.IsEmpty && _width > 0; cells = cells[(values.Length * _width)..])
        {
            values = values[..Math.Min(RowsAtATime, cells.Length / _width)];
            for (var column = 0; column < _width; column++)
            {
                for (var row = 0; row < values.Length; row++)
                    values[row] = cells[row * _width + column];
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

    /// <summary>Takes the counts since the last call and starts new ones.</summary>
    public ModelWindow Take()
    {
        foreach (var waiting in _waiting)
            waiting.Flush(_count);
        return new(Interlocked.Exchange(ref _rows, 0), [.. _features.Select(feature => feature.Take())], _score.Take());
    }
}
