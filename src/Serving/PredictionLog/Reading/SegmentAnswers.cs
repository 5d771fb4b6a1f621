using System.Globalization;
using Assay.Inference.Predictions;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>The answers of a segment, with the places that they will have in its file.</summary>
internal static class SegmentAnswers
{
    public static IEnumerable<AnsweredRows> Read(SegmentReader segment, AnswerQuery query)
    {
        (LoggedColumn? Column, int Offset)[] columns = [.. query.Inputs.Select(input => Find(segment.Head, input))];
        bool[] kept = [.. columns.Select(column => column.Column is not null)];
        var answered = new AnsweredColumns(segment.Head);
        var (place, calls) = (segment.Skipped.Places, segment.Skipped.Calls);
        var found = new List<AnsweredRow>();
        foreach (var call in segment.Calls())
        {
            calls++;
            var wanted = call.Outcome == PredictOutcome.Ok && AnswerQuery.IsPrediction(call.Reason) && query.Ids?.Contains(call.Id) != false;
            for (var row = 0; wanted && row < call.Rows; row++)
            {
                var values = call.Values.AsSpan(row * segment.Head.RowBytes, segment.Head.RowBytes);
                var (prediction, name) = (RowGroup.Number(values), answered.Class(values));
                if (place + row >= query.From && (prediction is not null || name is not null))
                {
                    found.Add(new(place + row, call.Id, row + 1, call.At, prediction ?? float.NaN, Inputs(columns, values))
                    {
                        Class = name,
                        Probabilities = answered.Probabilities(values),
                    });
                }
            }

            place += Math.Max(1, call.Rows);
            if (found.Count < AnswerQuery.Many)
                continue;
            yield return new(found, place, calls, kept);
            found = [];
        }

        yield return new(found, place, calls, kept);
    }

    private static string?[] Inputs((LoggedColumn? Column, int Offset)[] columns, ReadOnlySpan<byte> values)
    {
        if (columns.Length == 0)
            return [];
        var inputs = new string?[columns.Length];
        for (var input = 0; input < columns.Length; input++)
        {
            if (columns[input].Column is { } column && RowGroup.Value(column, values[columns[input].Offset..]) is { } value)
                inputs[input] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }

        return inputs;
    }

    private static (LoggedColumn? Column, int Offset) Find(SegmentHead head, string input)
    {
        var offset = sizeof(float);
        foreach (var column in head.Columns)
        {
            if (column.Input == input && column.Kept != KeptAs.Hash)
                return (column, offset);
            offset += column.SizeBytes;
        }

        return (null, 0);
    }

    /// <summary>Where a row has its class and the probabilities, which follow one another.</summary>
    private readonly struct AnsweredColumns
    {
        private readonly LoggedColumn? _class;
        private readonly int _offset;
        private readonly int _probabilities;

        public AnsweredColumns(SegmentHead head)
        {
            _class = head.Columns.FirstOrDefault(column => column.Kept == KeptAs.Class);
            _offset = sizeof(float) + head.Columns.TakeWhile(column => column.Kept != KeptAs.Class).Sum(column => column.SizeBytes);
            _probabilities = head.Columns.Count(column => column.Kept == KeptAs.Probability);
        }

        public string? Class(ReadOnlySpan<byte> values) => _class is null ? null : (string?)RowGroup.Value(_class, values[_offset..]);

        public float[]? Probabilities(ReadOnlySpan<byte> values)
        {
            if (_probabilities == 0)
                return null;
            var all = new float[_probabilities];
            for (var place = 0; place < all.Length; place++)
                all[place] = RowGroup.Number(values[(_offset + ((place + 1) * sizeof(float)))..]) ?? float.NaN;
            return all;
        }
    }
}
