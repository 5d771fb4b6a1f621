using System.Text;
using System.Text.Json;
using Assay.Tracking.Mlflow;
using GraphQL;

namespace Assay.Registry.Mlflow.GraphQl;

/// <summary>Carries values between a request, the query's arguments and the messages of MLflow's API.</summary>
internal static class GraphValues
{
    /// <summary>The name that a field has in its message.</summary>
    public static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
                text.Append('_').Append(char.ToLowerInvariant(letter));
            else
                text.Append(letter);
        }

        return text.ToString();
    }

    /// <summary>The argument <c>input</c> as a message.</summary>
    public static Dictionary<string, object?> Message(IResolveFieldContext context) =>
        context.Arguments is { } arguments && arguments.TryGetValue("input", out var argument) && argument.Value is IDictionary<string, object?> input
            ? input.ToDictionary(field => SnakeCase(field.Key), field => field.Value)
            : [];

    /// <summary>The variables of a request: an object in a body, and in a query of HTTP its text.</summary>
    public static Inputs Variables(HttpContext http, MlflowFields fields)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
            return fields.Object("variables") is { } body ? Read(body) : Inputs.Empty;
        if (fields.Text("variables") is not { Length: > 0 } text)
            return Inputs.Empty;
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (JsonException)   // the client's
        {
            throw MlflowError.Value("variables", fields.Shown("variables"), "It must be an object of JSON.");
        }
    }

    private static Inputs Read(JsonElement variables) => variables.ValueKind == JsonValueKind.Object
        ? new Inputs((Dictionary<string, object?>)Plain(variables)!)
        : throw JsonFields.Wrong(variables, "variables");

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Members(value),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.String => JsonFields.Text(value, "variables"),
        JsonValueKind.Number => Number(value),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    // Not as one expression with both: a long would become a double.
    private static object Number(JsonElement value)
    {
        if (value.TryGetInt64(out var whole))
            return whole;
        return value.GetDouble();
    }

    // The last of the same name counts, as elsewhere.
    private static Dictionary<string, object?> Members(JsonElement value)
    {
        var members = new Dictionary<string, object?>();
        foreach (var member in value.EnumerateObject())
            members[JsonFields.NameOf(member, "variables")] = Plain(member.Value);
        return members;
    }
}
