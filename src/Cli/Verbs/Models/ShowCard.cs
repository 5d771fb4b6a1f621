using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Kernel;
using Assay.Registry;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model card</c>.</summary>
internal static class ShowCard
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version whose card is shown or written");

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Writes it there instead of showing it", HelpName = "FILE" };

    private static readonly Option<bool> Toolkit = new("--toolkit") { Description = "In the form of the Model Card Toolkit, JSON" };

    private static readonly Option<string?> Words = new("--set")
    {
        Description = "Writes the next version of the card: a JSON file with overview, intendedUses, users, limitations, tradeoffs, ethicalConsiderations, fairnessNotes, owners and licence",
        HelpName = "FILE",
    };

    // A member that is misspelt would be left out of the card without a word.
    private static readonly JsonSerializerOptions Strict = new(AssayJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static Command Create()
    {
        var verb = new Verb(
            "card",
            "Shows a version's card as Markdown with Hugging Face's front matter, or writes what people say in it",
            "assay model card models:/churn/Production",
            "assay model card models:/churn/3 --set words.json",
            "assay model card models:/churn/3 --toolkit --output card.json").Connected();
        verb.Add(Model);
        verb.Add(Output);
        verb.Add(Toolkit);
        verb.Add(Words);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (name, version) = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        if (session.Parsed.GetValue(Words) is { } file)
        {
            var card = await Write(session, name, version, await Read(file, cancel), cancel);
            session.Write(card, static written => Screen.Out.MarkupLine(
                $"[green]✓[/] Card {written.Number} of {Markup.Escape(written.Facts.Model)} version {written.Facts.Version}, signed as [grey]{written.Attestation}[/]"));
            return 0;
        }

        var text = session.Json
            ? JsonSerializer.Serialize(await session.Client.Papers.Card(name, version, cancel: cancel) ?? throw Missing(name, version), AssayJson.Indented)
            : session.Parsed.GetValue(Toolkit)
                ? await session.Client.Papers.CardToolkit(name, version, cancel)
                : await session.Client.Papers.CardMarkdown(name, version, cancel);
        await TextFile.WriteOrShow(session.Parsed.GetValue(Output), text, cancel);
        return 0;
    }

    private static async Task<ModelCard> Write(Session session, string name, string version, CardWords words, CancellationToken cancel)
    {
        var now = await session.Client.Papers.Card(name, version, cancel: cancel) ?? throw Missing(name, version);
        return await session.Client.Papers.WriteCard(name, version, words, now.Number, cancel);
    }

    private static async Task<CardWords> Read(string file, CancellationToken cancel)
    {
        try
        {
            return JsonSerializer.Deserialize<CardWords>(await File.ReadAllTextAsync(file, cancel), Strict) ?? throw new JsonException("it is empty");
        }
        catch (JsonException problem)
        {
            throw new CommandException($"{file} does not hold the words of a card: {problem.Message}");
        }
    }

    private static CommandException Missing(string name, string version) => new($"There is no model version models:/{name}/{version}.");
}
