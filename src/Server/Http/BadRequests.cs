using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Http;

/// <summary>
/// Says in the words of the API which part of a request could not be read. The framework names its own parameters and types,
/// which a caller has never heard of.
/// </summary>
internal static partial class BadRequests
{
    public static ProblemDetails Explain(BadHttpRequestException bad)
    {
        var (field, sentence) = Read(bad);
        var problem = new ProblemDetails { Status = bad.StatusCode, Title = "Bad request", Detail = sentence };
        problem.Extensions["code"] = "invalid";
        if (field is not null)
            problem.Extensions["field"] = field;
        return problem;
    }

    private static (string? Field, string Sentence) Read(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
            return OfBody(json);
        if (MissingParameter().Match(bad.Message) is { Success: true } missing)
            return (missing.Groups["name"].Value, $"'{missing.Groups["name"].Value}' is missing{(bad.Message.Contains("query", StringComparison.Ordinal) ? " in the query" : "")}.");
        return (null, NoBody().IsMatch(bad.Message) ? "The request has no body. Send JSON." : bad.Message);
    }

    private static (string? Field, string Sentence) OfBody(JsonException json)
    {
        var path = json.Path is { Length: > 2 } found ? found.TrimStart('$').TrimStart('.') : null;
        if (MissingProperties().Match(json.Message) is { Success: true } missing)
        {
            var name = missing.Groups["name"].Value;
            return (path is null ? name : $"{path}.{name}", $"'{name}' is missing{(path is null ? "" : $" in '{path}'")}.");
        }

        if (Unknown().Match(json.Message) is { Success: true } unknown)
        {
            var name = unknown.Groups["name"].Value;
            var whole = path?.EndsWith(name, StringComparison.Ordinal) == true ? path : name;   // names with blanks stand otherwise in paths
            return (whole, $"'{whole}' is not known here. Leave it out, or write it as the reference does.");
        }

        var place = json.LineNumber is { } line ? $" in line {line + 1}" : "";
        if (Unconverted().Match(json.Message) is { Success: true } other)
            return (path, $"{(path is null ? "The body" : $"'{path}'")} can't be read{place}: it is {ValueKind.Of(other.Groups["type"].Value, path?.Split('.')[^1]) ?? "of another kind"}.");
        var reason = json.Message.Split([" Path: ", " LineNumber: "], StringSplitOptions.None)[0];
        return (path, $"The body is not JSON{place}: {reason}");
    }

    [GeneratedRegex("""^Required parameter "\S+ (?<name>\w+)" was not provided""")]
    private static partial Regex MissingParameter();

    [GeneratedRegex("^Implicit body inferred for parameter .* but no body was provided|^The input does not contain any JSON tokens")]
    private static partial Regex NoBody();

    [GeneratedRegex("missing required properties including: '(?<name>[^']+)'")]
    private static partial Regex MissingProperties();

    [GeneratedRegex("^The JSON property '(?<name>[^']+)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"^The JSON value could not be converted to (?<type>.+?)\. Path: ")]
    private static partial Regex Unconverted();
}
