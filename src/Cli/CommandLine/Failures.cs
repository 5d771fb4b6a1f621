using System.ComponentModel.DataAnnotations;
using System.Net;
using Assay.Client;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Kernel.Databases;
using Assay.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Assay.Cli.CommandLine;

/// <summary>The command can't be carried out; the message is one sentence for the person who typed it.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Turns expected failures into one sentence. What is not expected is a bug, and keeps its stack trace.</summary>
internal static class Failures
{
    public static string? Explain(Exception failure) => failure switch
    {
        AssayException { Status: HttpStatusCode.Unauthorized } => $"{failure.Message} On the command line: --token TOKEN, or the variable ASSAY_TOKEN.",
        CommandException or AssayException or StartRefusedException or InvalidModelException or InvalidTableException or InvalidDataException => failure.Message,
        OptionsValidationException or ValidationException => $"The configuration can't be used: {failure.Message}",
        OperationCanceledException => "Stopped.",
        IOException when StorageTrouble.IsFull(failure) => "The disk is full; free some space and run the same command again, it goes on from what was done.",
        UnauthorizedAccessException or IOException => failure.Message,
        _ => null,
    };

    public static int ExitCode(Exception failure) => failure is OperationCanceledException ? 130 : 1;
}
