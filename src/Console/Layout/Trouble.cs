using System.Net;
using Assay.Client;

namespace Assay.Console.Layout;

/// <summary>What went wrong, for the reader: what happened, why, and what to do.</summary>
/// <param name="What">One short sentence.</param>
/// <param name="Why">The server's own sentence.</param>
/// <param name="Remedy">What the reader can do now.</param>
public sealed record Trouble(string What, string Why, string Remedy)
{
    internal static readonly Trouble NoSuchThing = new(
        "There is no such thing in this project.",
        "The address names something that does not exist here, or no longer.",
        "Check the name and the project, or look in the list that it comes from.");

    /// <summary>A refusal in the words of the form that was refused, should there be one.</summary>
    internal static Trouble From(string what, AssayException refusal, FieldLabels? labels = null) => new(what, labels?.Say(refusal.Message) ?? refusal.Message, refusal.Status switch
    {
        HttpStatusCode.Unauthorized => "Sign in again.",
        HttpStatusCode.Forbidden => "Ask an administrator for a token that may do this.",
        HttpStatusCode.NotFound => "Check the name in the address, or look in the list that it comes from.",
        HttpStatusCode.BadRequest when labels is not null && refusal.Field is { } field && labels.Find(field) is { } label => $"Change “{label}”, and try again.",
        HttpStatusCode.BadRequest when labels is null && refusal.Field is { } field => $"Change what the sentence names (the field {field}), and try again.",
        HttpStatusCode.BadRequest or HttpStatusCode.Conflict => "Change what the sentence names, and try again.",
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestEntityTooLarge => "Ask for less at a time, or wait a moment.",
        null => "Wait a moment and load the page again; `assay doctor` says more when it stays so.",
        _ => "Load the page again; when it stays so, look into the server's log.",
    });
}
