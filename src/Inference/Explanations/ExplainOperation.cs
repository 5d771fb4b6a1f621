using System.Globalization;
using Assay.Inference.Predictions;

namespace Assay.Inference.Explanations;

/// <summary>Answers <c>explain</c>: rows in any form that <c>predict</c> takes, and the wish in the query.</summary>
public static class ExplainOperation
{
    /// <summary>Answers a request in the call's dialect, and counts it.</summary>
    public static Task Answer(HttpContext http, PredictCall call) =>
        ModelQuestion.Answer(http, call, "explain", (model, body) =>
        {
            var wish = Wish(http.Request.Query);
            using var rows = call.Dialect.Read(http.Request, model, body.Span, out _);
            return model.Explain(rows, wish, http.RequestAborted);
        });

    private static ExplanationWish Wish(IQueryCollection query)
    {
        foreach (var name in query.Keys)
        {
            if (name is not ("method" or "coalitions"))
                throw Refused($"{name}: explain takes 'method' and 'coalitions'. Leave it out.");
        }

        return new(Method(query["method"]), Coalitions(query["coalitions"]));
    }

    private static ExplanationMethod? Method(string? sent) => sent switch
    {
        null or "" or "auto" => null,
        "linear" => ExplanationMethod.Linear,
        "treeShap" => ExplanationMethod.TreeShap,
        "backgroundTreeShap" => ExplanationMethod.BackgroundTreeShap,
        "kernelShap" => ExplanationMethod.KernelShap,
        _ => throw Refused("method: send auto, linear, treeShap, backgroundTreeShap or kernelShap."),
    };

    private static int? Coalitions(string? sent) =>
        string.IsNullOrEmpty(sent) ? null
        : int.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var coalitions) ? coalitions
        : throw Refused("coalitions: send a whole number.");

    private static RefusedRequestException Refused(string message) => new(StatusCodes.Status400BadRequest, "invalid", message);
}
