using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving.PredictionLog.Sinks;
using Spectre.Console;

namespace Assay.Cli.Verbs.Predictions;

/// <summary><c>assay predictions send</c>.</summary>
internal static class SendPredictions
{
    private static readonly Option<string?> Url = new("--url") { Description = "Address that takes CloudEvents", HelpName = "URL" };

    private static readonly Option<SinkMode> Mode = new("--mode") { Description = "all, request or response", HelpName = "MODE" };

    private static readonly Option<int> Batch = new("--batch") { Description = "Events in one message, up to 1000; one is what KServe sends", HelpName = "N", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> Stop = new("--stop") { Description = "Send no more" };

    public static Command Create()
    {
        var verb = new Verb(
            "send",
            "Has the calls of an endpoint told to a server elsewhere, as CloudEvents in the form of KServe's payload logger; without options, shows how it goes",
            "assay predictions send churn --url https://events.example.com/",
            "assay predictions send churn --url https://events.example.com/ --mode response --batch 100",
            "assay predictions send churn",
            "assay predictions send churn --stop").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Url);
        verb.Add(Mode);
        verb.Add(Batch);
        verb.Add(Stop);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (parsed, client, name) = (session.Parsed, session.Client.Predictions, session.Parsed.GetRequiredValue(PredictionVerbs.Name));
        if (parsed.GetValue(Stop))
        {
            await client.RemoveSink(name, cancel);
            session.Write(new { name, stopped = true }, _ => Screen.Out.MarkupLine("[green]✓[/] Nobody is told any more."));
            return 0;
        }

        if (parsed.GetValue(Url) is null && (parsed.Has(Mode) || parsed.Has(Batch)))
            throw new CommandException("--mode and --batch say how an address is told: name it with --url.");
        var sink = parsed.GetValue(Url) is { } url
            ? await client.PutSink(name, new PutEventSinkRequest(url, parsed.GetValue(Mode), parsed.GetValue(Batch)), cancel)
            : await client.Sink(name, cancel) ?? throw new CommandException($"Nobody is told of the calls of '{name}': name an address with --url.");
        session.Write(sink, Show);
        return 0;
    }

    private static void Show(EventSinkSummary sink)
    {
        Screen.Out.MarkupLine(Markup.Escape(
            $"{sink.Url}: {Figures.Number(sink.Sent)} events sent, {Figures.Number(sink.Waiting)} waiting, {Figures.Number(sink.Dropped)} dropped since the server started"));
        if (sink.Problem is { } problem)
            Screen.Out.MarkupLine($"[red]{Markup.Escape(problem)}[/]");
    }
}
