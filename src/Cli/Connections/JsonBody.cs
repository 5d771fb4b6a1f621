using System.Text;
using Assay.Cli.CommandLine;

namespace Assay.Cli.Connections;

/// <summary>JSON given on the command line: as it stands, <c>@FILE</c>, or <c>-</c> for standard input.</summary>
internal static class JsonBody
{
    public static async Task<byte[]> Read(string given, CancellationToken cancel)
    {
        if (given == "-")
            return Encoding.UTF8.GetBytes(await Console.In.ReadToEndAsync(cancel));
        if (File.Exists(given))
            throw new CommandException($"'{given}' is a file. Write @{given} to send what is in it.");
        if (!given.StartsWith('@'))
            return Encoding.UTF8.GetBytes(given);
        return File.Exists(given[1..]) ? await File.ReadAllBytesAsync(given[1..], cancel) : throw new CommandException($"There is no file {given[1..]}.");
    }
}
