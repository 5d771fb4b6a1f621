using System.Globalization;
using System.Text.Json;
using Assay.Kernel.Refusals;
using Microsoft.Extensions.Primitives;

namespace Assay.Tracking.Mlflow;

/// <summary>
/// The fields of a request as MLflow's clients write them: in the query of a GET, or of a DELETE without a body, where a list is a key that is repeated,
/// or else in a JSON body. Unknown fields are ignored, null means absent, an integer may be a text of digits, and a JSON
/// text that holds JSON is read once more, as old clients send it.
/// </summary>
internal sealed class MlflowFields : IDisposable
{
    /// <summary>Of a request whose body is something else.</summary>
    public static readonly MlflowFields None = new((JsonDocument?)null);

    private readonly IQueryCollection? _query;
    private readonly JsonDocument? _document;
    private readonly JsonElement _body;

    private MlflowFields(IQueryCollection query) => _query = query;

    private MlflowFields(JsonDocument? document) =>
        (_document, _body) = (document, document is { RootElement.ValueKind: JsonValueKind.Object } ? document.RootElement : default);

    /// <summary>Those of an object, which goes with them.</summary>
    public static MlflowFields Of(JsonDocument document) => new(document);

    public static async ValueTask<MlflowFields> Read(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsGet(request.Method))
            return new(request.Query);
        if (request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding")))
        {
            if (HttpMethods.IsDelete(request.Method))
                return new(request.Query);   // some of its clients delete so
            return new(request.ContentType is null ? throw NoContentType() : (JsonDocument?)null);
        }

        if (request.ContentType is null)
            throw NoContentType();
        if (!request.ContentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            throw Refusal.Foreign(StatusCodes.Status400BadRequest, "INVALID_PARAMETER_VALUE", "Bad Request. Content-Type must be one of ['application/json'].");
        try
        {
            var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: http.RequestAborted);
            return new(document.RootElement.ValueKind == JsonValueKind.String ? Again(document) : document);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)   // no JSON, or half a surrogate pair
        {
            throw Refusal.Foreign(StatusCodes.Status400BadRequest, "BAD_REQUEST", "The body is not JSON. Send one JSON object.");
        }
    }

    /// <summary>Whether the request says something of this field.</summary>
    public bool Has(string name) => _query is not null ? _query.ContainsKey(name) : Body(name) is not null;

    public string? Text(string name)
    {
        if (_query is not null)
            return _query.TryGetValue(name, out var values) ? Last(values) : null;
        return Body(name) is { } value ? JsonFields.Text(value, name) : null;
    }

    /// <exception cref="Refusal">400: it is missing or empty.</exception>
    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw MlflowError.Missing(name);

    /// <summary>The id of a run: <c>run_id</c>, or <c>run_uuid</c> as it was called before.</summary>
    public string RunId() => Text("run_id") is { Length: > 0 } id ? id : Text("run_uuid") is { Length: > 0 } old ? old : throw MlflowError.Missing("run_id");

    public long? Integer(string name)
    {
        if (_query is null)
            return Body(name) is { } value ? JsonFields.Integer(value, name) : null;
        if (!_query.TryGetValue(name, out var values))
            return null;
        return long.TryParse(Last(values), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw MlflowError.Value(name, JsonSerializer.Serialize(Last(values)));
    }

    public long RequiredInteger(string name) => Integer(name) ?? throw MlflowError.Missing(name);

    public double? Number(string name) => Body(name) is { } value ? JsonFields.Number(value, name) : null;

    public bool? Flag(string name)
    {
        if (_query is not null)
            return _query.TryGetValue(name, out var values) ? bool.TryParse(Last(values), out var flag) ? flag : throw MlflowError.Value(name, $"\"{Last(values)}\"") : null;
        return Body(name) is { } value
            ? value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw JsonFields.Wrong(value, name)
            : null;
    }

    /// <summary>One of the names of an enumeration, or its number.</summary>
    /// <param name="name">The field.</param>
    /// <param name="names">The names in the order of their numbers.</param>
    /// <param name="first">The number of the first name.</param>
    /// <returns>The place of the name among <paramref name="names"/>.</returns>
    public int? Choice(string name, IReadOnlyList<string> names, int first = 1)
    {
        if (_query is not null)
            return _query.TryGetValue(name, out var values) ? Choose(Last(values), names, first) ?? throw MlflowError.Value(name, $"\"{Last(values)}\"") : null;
        if (Body(name) is not { } value)
            return null;
        var chosen = value.ValueKind switch
        {
            JsonValueKind.String => Choose(JsonFields.Text(value, name), names, first),
            JsonValueKind.Number when value.TryGetInt32(out var number) => Numbered(number, names, first),
            _ => null,
        };
        return chosen ?? throw JsonFields.Wrong(value, name);
    }

    public IReadOnlyList<string> Texts(string name)
    {
        if (_query is not null)
            return _query.TryGetValue(name, out var values) ? [.. values.Select(value => value ?? "")] : [];
        var list = new List<string>();
        foreach (var item in List(name))
            list.Add(item.ValueKind == JsonValueKind.String ? JsonFields.Text(item, name)! : throw JsonFields.Wrong(Body(name)!.Value, name));
        return list;
    }

    /// <summary>An object within the body; null when it is absent.</summary>
    public JsonElement? Object(string name) =>
        Body(name) is not { } value ? null : value.ValueKind == JsonValueKind.Object ? value : throw JsonFields.Wrong(value, name);

    /// <summary>The objects of a list; none when it is absent.</summary>
    public IEnumerable<JsonElement> List(string name)
    {
        if (Body(name) is not { } value)
            return [];
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw JsonFields.Wrong(value, name);
    }

    /// <summary>The key and value of each object of a list.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string name)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var item in List(name))
        {
            if (item.ValueKind != JsonValueKind.Object || item.Member("key") is not { ValueKind: JsonValueKind.String } key
                || item.Member("value") is { ValueKind: not JsonValueKind.String })
            {
                throw JsonFields.Wrong(Body(name)!.Value, name);
            }

            pairs.Add(new(JsonFields.Text(key, name)!, item.Member("value") is { } value ? JsonFields.Text(value, name)! : ""));
        }

        return pairs;
    }

    /// <summary>A field as JSON, for a message.</summary>
    public string Shown(string name) => _query is not null ? JsonSerializer.Serialize(Text(name)) : Body(name) is { } value ? JsonFields.Compact(value) : "null";

    public void Dispose() => _document?.Dispose();

    private JsonElement? Body(string name) =>
        _body.ValueKind == JsonValueKind.Object && _body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static JsonDocument Again(JsonDocument document)
    {
        using (document)
            return JsonDocument.Parse(document.RootElement.GetString()!);
    }

    private static string Last(StringValues values) => values.Count == 0 ? "" : values[^1] ?? "";

    private static int? Choose(string? text, IReadOnlyList<string> names, int first)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == text)
                return i;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Numbered(number, names, first) : null;
    }

    private static int? Numbered(int number, IReadOnlyList<string> names, int first) =>
        number >= first && number - first < names.Count ? number - first : null;

    private static Refusal NoContentType() =>
        Refusal.Foreign(StatusCodes.Status400BadRequest, "INVALID_PARAMETER_VALUE", "Bad Request. Content-Type header is missing.");
}
