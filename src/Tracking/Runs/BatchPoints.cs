using System.Text.Json;
using Assay.Tracking.LoggedModels;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Runs;

/// <summary>Reads the metrics of a batch: each member of a point is looked at once, and a name that comes again is the same text.</summary>
internal static class BatchPoints
{
    /// <returns>The points, and by their places what those that are about a model say of it.</returns>
    /// <exception cref="Kernel.Refusals.Refusal">400.</exception>
    public static (List<LoggedPoint> Points, List<(int Place, PointOfModel Of)> About) Read(MlflowFields fields)
    {
        var (points, about, names) = (new List<LoggedPoint>(), new List<(int, PointOfModel)>(), new KnownNames());
        foreach (var item in fields.List("metrics"))
        {
            if (item.ValueKind != JsonValueKind.Object)
                throw MlflowError.Value("metrics", fields.Shown("metrics"), "Hint: Each metric is an object with a key, a value and a timestamp.");
            var members = Members.Of(item);
            var (key, value, at) = (Needed(members.Key, "key"), Needed(members.Value, "value"), Needed(members.At, "timestamp"));
            if (members.IsOfModel && item.TextOf("model_id", "metrics.model_id") is { Length: > 0 } model)
                about.Add((points.Count, new(model, item.TextOf("dataset_name", "metrics.dataset_name") ?? "", item.TextOf("dataset_digest", "metrics.dataset_digest") ?? "")));
            points.Add(new(
                names.Text(key), JsonFields.Number(value, "metrics"), JsonFields.Integer(at, "metrics"),
                members.Step.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? 0 : JsonFields.Integer(members.Step, "metrics")));
        }

        return (points, about);

        JsonElement Needed(JsonElement member, string name) => member.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            ? throw MlflowError.Missing($"metrics[{points.Count}].{name}")
            : member;
    }

    // Of members with the same name the last counts.
    private ref struct Members
    {
        public JsonElement Key;
        public JsonElement Value;
        public JsonElement At;
        public JsonElement Step;
        public bool IsOfModel;

        public static Members Of(JsonElement item)
        {
            var members = default(Members);
            foreach (var member in item.EnumerateObject())
            {
                if (member.NameEquals("key"u8))
                    members.Key = member.Value;
                else if (member.NameEquals("value"u8))
                    members.Value = member.Value;
                else if (member.NameEquals("timestamp"u8))
                    members.At = member.Value;
                else if (member.NameEquals("step"u8))
                    members.Step = member.Value;
                else
                    members.IsOfModel |= member.NameEquals("model_id"u8);
            }

            return members;
        }
    }

    // Batches name the same metrics again and again, in the same order: the next is mostly the one that came after the last before.
    private sealed class KnownNames
    {
        private readonly List<string> _names = [];
        private int _next;

        public string Text(JsonElement key)
        {
            if (_next < _names.Count && key.ValueKind == JsonValueKind.String && key.ValueEquals(_names[_next]))
                return _names[_next++];
            if (_names.Count > 0 && key.ValueKind == JsonValueKind.String && key.ValueEquals(_names[0]))
            {
                _next = 1;
                return _names[0];
            }

            var name = JsonFields.Text(key, "metrics")!;
            _names.Add(name);
            _next = _names.Count;
            return name;
        }
    }
}
