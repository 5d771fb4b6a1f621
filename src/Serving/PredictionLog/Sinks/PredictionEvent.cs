using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Assay.Inference.Predictions;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>One side of a call as a CloudEvent, in the form of KServe's payload logger; of failed calls too.</summary>
internal sealed class PredictionEvent
{
    private const string RequestType = "org.kubeflow.serving.inference.request";
    private const string ResponseType = "org.kubeflow.serving.inference.response";

    private readonly (string Name, string Value)[] _attributes;

    private PredictionEvent(string type, LoggedCall call, byte[] data)
    {
        Data = data;
        var attributes = new List<(string, string)>
        {
            ("specversion", "1.0"),
            ("id", call.Id),
            ("type", type),
            ("source", $"/projects/{call.Project}/endpoints/{call.Endpoint}"),
            ("time", call.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
            ("inferenceservicename", call.Endpoint),
            ("namespace", call.Project),
            ("component", "predictor"),
            ("endpoint", call.Arm ?? "default"),
            ("outcome", OutcomeNames.Of(call.Outcome)),
        };
        if (call.Served is { } served)
        {
            attributes.Add(("modelname", served.Model));
            attributes.Add(("modelversion", served.Version.ToString(CultureInfo.InvariantCulture)));
            attributes.Add(("modeldigest", served.Digest));
        }

        _attributes = [.. attributes];
    }

    /// <summary>A JSON document.</summary>
    public byte[] Data { get; }

    /// <summary>What was asked, masked; without rows where it could not be read.</summary>
    public static PredictionEvent Request(LoggedCall call, ColumnMask mask) => new(RequestType, call, Json(json =>
    {
        if (mask.Tensors is { } tensors && call.Inputs.Count > 0)
        {
            json.WritePropertyName("inputs");
            tensors.Write(json, call);
            return;
        }

        json.WriteStartArray("instances");
        for (var row = 0; row < call.Rows && call.Answer is null; row++)   // cells of an answer are no inputs
        {
            json.WriteStartObject();
            mask.WriteRow(json, call.Cells, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }));

    /// <summary>What was answered: predictions, or why there are none.</summary>
    public static PredictionEvent Response(LoggedCall call, ColumnMask mask) => new(ResponseType, call, Json(json =>
    {
        if (call.Outcome != PredictOutcome.Ok)
        {
            json.WriteString("error", mask.ProblemOf(call) ?? "The caller went away.");
            return;
        }

        json.WriteStartArray("predictions");
        foreach (var prediction in call.Answer is null ? call.Predictions : [])
        {
            if (float.IsFinite(prediction))
                json.WriteNumberValue(prediction);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }));

    /// <summary>Writes the event into a message of its own: attributes as headers, data as the body.</summary>
    public void WriteTo(HttpRequestMessage request)
    {
        foreach (var (name, value) in _attributes)
            request.Headers.TryAddWithoutValidation("ce-" + name, Uri.EscapeDataString(value).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal));
        request.Content = new ByteArrayContent(Data) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    /// <summary>Events as one JSON array.</summary>
    public static byte[] Batch(IReadOnlyList<PredictionEvent> events)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var told in events)
            {
                json.WriteStartObject();
                foreach (var (name, value) in told._attributes)
                    json.WriteString(name, value);
                json.WriteString("datacontenttype", "application/json");
                json.WritePropertyName("data");
                json.WriteRawValue(told.Data, skipInputValidation: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return bytes.ToArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
