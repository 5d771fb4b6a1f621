using System.Text.Json;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>Finds calls in a segment.</summary>
internal static class SegmentCalls
{
    public static void Collect(SegmentReader segment, CallQuery query, NewestCalls found, int rowsMax)
    {
        foreach (var call in segment.Calls())
        {
            if (query.Wants(call.At, call.Id)
                && (query.Outcome is null || OutcomeNames.Of(call.Outcome) == query.Outcome)
                && (query.Caller is null || call.Caller == query.Caller)
                && found.Wants(call.At, call.Id))
                found.Add(Read(segment.Head, call, rowsMax));
        }
    }

    public static LoggedPrediction? Find(SegmentReader segment, string id, int rowsMax)
    {
        foreach (var call in segment.Calls())
        {
            if (call.Id == id)
                return Read(segment.Head, call, rowsMax);
        }

        return null;
    }

    private static LoggedPrediction Read(SegmentHead head, SpilledCall call, int rowsMax) => new(
        call.Id, call.At, head.Model, head.Version, head.Digest, call.Arm, call.Reason,
        OutcomeNames.Of(call.Outcome), call.Status, call.Problem, call.Caller,
        new LoggedMilliseconds(call.Times.Read, call.Times.Queue, call.Times.Compute, call.Times.Write).Rounded(), call.Rows,
        [.. Enumerable.Range(0, Math.Min(call.Rows, rowsMax)).Select(row => Row(head, call, row))])
    {
        Inputs = call.Tensors is { } tensors ? JsonElement.Parse(tensors) : null,
    };

    private static LoggedRow Row(SegmentHead head, SpilledCall call, int row)
    {
        var values = call.Values.AsSpan(row * head.RowBytes, head.RowBytes);
        var inputs = new Dictionary<string, object?>(StringComparer.Ordinal);
        var place = sizeof(float);
        foreach (var column in head.Columns)
        {
            inputs[column.Name] = RowGroup.Value(column, values[place..]);
            place += column.SizeBytes;
        }

        return new(row + 1, RowGroup.Number(values), inputs);
    }
}
