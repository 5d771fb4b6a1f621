using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving.PredictionLog.Policies;
using Spectre.Console;

namespace Assay.Cli.Verbs.Predictions;

/// <summary><c>assay predictions keep</c>.</summary>
internal static class KeepPredictions
{
    private static readonly Option<int?> Days = new("--days") { Description = "Days after which calls are deleted, 1 to 3650", HelpName = "N" };

    private static readonly Option<string[]> LeaveOut = new("--leave-out") { Description = "An input that is not kept; may be given again", HelpName = "INPUT", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<string[]> Hash = new("--hash") { Description = "An input that is kept as a hash; may be given again", HelpName = "INPUT", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<bool> Off = new("--off") { Description = "Log no calls" };

    private static readonly Option<bool> Default = new("--default") { Description = "Forget what was said before: all inputs, for as long as the installation says, but for what other options say" };

    public static Command Create()
    {
        var verb = new Verb(
            "keep",
            "Shows what the log of an endpoint keeps; with options, changes what it keeps of calls from now on, and leaves the rest as it was",
            "assay predictions keep churn",
            "assay predictions keep churn --days 90 --leave-out name --hash email",
            "assay predictions keep churn --default --days 30",
            "assay predictions keep churn --off").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Days);
        verb.Add(LeaveOut);
        verb.Add(Hash);
        verb.Add(Off);
        verb.Add(Default);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (parsed, name) = (session.Parsed, session.Parsed.GetRequiredValue(PredictionVerbs.Name));
        var (days, leaveOut, hash, off) = (parsed.GetValue(Days), parsed.GetValue(LeaveOut) ?? [], parsed.GetValue(Hash) ?? [], parsed.GetValue(Off));
        var (anew, changes) = (parsed.GetValue(Default), days is not null || leaveOut.Length + hash.Length > 0);
        if (off && (anew || changes))
            throw new CommandException("--off logs no calls, so that nothing else can be said of them: leave the other options out.");
        var log = await session.Client.Predictions.Log(name, cancel) ?? throw new CommandException($"There is no endpoint '{name}'.");
        if (off || anew || changes)
        {
            // What isn't said stays: inputs that were left out for a reason are not logged again because of other days.
            var former = anew ? null : log;
            log = await session.Client.Predictions.PutLog(
                name,
                new PutLogPolicyRequest(off ? false : null, days ?? former?.KeepDays, leaveOut.Length > 0 ? leaveOut : former?.LeaveOut, hash.Length > 0 ? hash : former?.Hash),
                cancel);
        }

        session.Write(log, log => Screen.Out.MarkupLine(Markup.Escape(Says(name, log))));
        return 0;
    }

    private static string Says(string name, LogSummary log) => !log.Enabled
        ? $"Calls of {name} are not logged."
        : $"Calls of {name} are kept for {log.KeepDays} days{Listed(", without", log.LeaveOut)}{Listed(", hashing", log.Hash)}; {Figures.Number(log.PendingCalls)} are in no file yet.";

    private static string Listed(string what, IReadOnlyList<string> names) => names.Count == 0 ? "" : $"{what} {string.Join(", ", names)}";
}
