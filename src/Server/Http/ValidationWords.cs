using System.Text.RegularExpressions;

namespace Assay.Server.Http;

/// <summary>Says of a request's values that can't be taken what other refusals say: a sentence and a field, by its name in JSON. The framework names the properties of the code.</summary>
internal static partial class ValidationWords
{
    private const int SentencesMax = 3;

    public static void Rewrite(HttpValidationProblemDetails problem)
    {
        var errors = problem.Errors.ToDictionary(error => JsonPath(error.Key), error => error.Value.Select(said => Sentence(JsonPath(error.Key), said)).ToArray());
        problem.Errors.Clear();
        foreach (var (field, sentences) in errors)
            problem.Errors[field] = sentences;
        problem.Title = "invalid";
        problem.Detail = string.Join(' ', errors.SelectMany(error => error.Value).Take(SentencesMax));
        problem.Extensions["code"] = "invalid";
        if (errors.Count > 0)
            problem.Extensions["field"] = errors.Keys.First();
    }

    private static string JsonPath(string path) => string.Join('.', path.Split('.').Where(name => name.Length > 0).Select(ValueKind.JsonName));

    private static string Sentence(string field, string said) =>
        Required().IsMatch(said) ? $"'{field}' is missing."
        : Length().Match(said) is { Success: true } length ? $"'{field}' has at {(length.Groups["end"].Value == "max" ? "most" : "least")} {length.Groups["count"].Value} {(length.Groups["list"].Success ? "entries" : "letters")}."
        : Named().Replace(said, $"'{field}'", 1);

    [GeneratedRegex(@"^The \S+ field is required\.\z")]
    private static partial Regex Required();

    [GeneratedRegex(@"^The field \S+ must be a string (?<list>or array type )?with a (?<end>max|min)imum length of '?(?<count>\d+)'?\.\z")]
    private static partial Regex Length();

    [GeneratedRegex(@"^The field \S+")]
    private static partial Regex Named();
}
