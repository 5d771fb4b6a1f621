using System.Globalization;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;

namespace Assay.Inference.Explanations;

/// <summary>
/// How a call asks for reasons beside its predictions, in every protocol alike: <c>explain</c> in the query, or in the
/// protocol's own parameters in the body, is <c>true</c> or the name of a method.
/// </summary>
internal static class AskedExplanation
{
    /// <summary>Name of the parameter, and of the question in metrics.</summary>
    public const string Name = "explain";

    /// <summary>By the best method for the model.</summary>
    public const string Yes = "true";

    /// <summary>Whether the query asks.</summary>
    public static bool IsIn(HttpRequest request) =>
        request.QueryString.HasValue && request.Query[Name] is { Count: > 0 } sent && sent[^1] != "false";

    /// <summary>The parameter in a body, whose value comes next; null when it is <c>false</c> or null.</summary>
    /// <exception cref="InvalidInputException">It is something else.</exception>
    public static string? Read(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.True => Yes,
        JsonTokenType.False or JsonTokenType.Null => null,
        JsonTokenType.String when !json.ValueIsEscaped => System.Text.Encoding.UTF8.GetString(json.ValueSpan),
        _ => throw new InvalidInputException($"{Name}: send true, false or the name of a method."),
    };

    /// <summary>What is wanted, of the query and the body together.</summary>
    /// <param name="request">For its query.</param>
    /// <param name="inBody">What its body says.</param>
    /// <param name="model">Which is asked: one of tensors can be asked more.</param>
    /// <exception cref="RefusedRequestException">A value is none that is known.</exception>
    public static ExplanationWish Wish(HttpRequest request, string? inBody, ServedModel model)
    {
        var (query, isTable) = (request.Query, model is TableModel);
        foreach (var name in query.Keys)
        {
            if (name is "method" or "coalitions" or Name || (!isTable && name is "output" or "element" or "groups" or "reference"))
                continue;
            throw Refused($"{name}: explain takes {(isTable ? "'method' and 'coalitions'" : "'method', 'coalitions', 'output', 'element', 'groups' and 'reference'")}. Leave it out.");
        }

        return Checked(new(Method("method", query["method"]) ?? Method(Name, query[Name]) ?? Method(Name, inBody), Whole("coalitions", query["coalitions"]))
        {
            Output = query["output"] is [{ Length: > 0 } output] ? output : null,
            Element = Whole("element", query["element"]),
            Groups = Whole("groups", query["groups"]) is var groups && groups is null or (>= 1 and <= ElementGroups.ElementsMax) ? groups : throw Refused($"groups: send 1 to {ElementGroups.ElementsMax}."),
            AgainstRows = (string?)query["reference"] switch
            {
                null or "" or "neutral" => false,
                "rows" => true,
                _ => throw Refused("reference: send neutral or rows."),
            },
        });
    }

    /// <summary>What is said of a model of which no near rows can be found.</summary>
    public static RefusedRequestException NoRowsNear() => new(
        StatusCodes.Status422UnprocessableEntity, "not-explainable", "Near rows can be found only for a model that takes rows of a schema. This one takes tensors.");

    // What another method would leave aside, unseen.
    private static ExplanationWish Checked(ExplanationWish wish) => wish switch
    {
        { Method: null or ExplanationMethod.KernelShap } or { Coalitions: null, Groups: null } => wish,
        { Coalitions: not null } => throw Refused("coalitions: only kernelShap asks about coalitions. Leave it out, or send the method kernelShap."),
        _ => throw Refused("groups: only kernelShap takes elements together. Leave it out, or send the method kernelShap."),
    };

    private static ExplanationMethod? Method(string field, string? sent) => sent switch
    {
        null or "" or "auto" or Yes or "false" => null,
        "linear" => ExplanationMethod.Linear,
        "treeShap" => ExplanationMethod.TreeShap,
        "backgroundTreeShap" => ExplanationMethod.BackgroundTreeShap,
        "kernelShap" => ExplanationMethod.KernelShap,
        _ => throw Refused($"{field}: send {(field == Name ? "true, false, " : "")}auto, linear, treeShap, backgroundTreeShap or kernelShap."),
    };

    private static int? Whole(string field, string? sent) =>
        string.IsNullOrEmpty(sent) ? null
        : int.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole
        : throw Refused($"{field}: send a whole number.");

    private static RefusedRequestException Refused(string message) => new(StatusCodes.Status400BadRequest, "invalid", message);
}
