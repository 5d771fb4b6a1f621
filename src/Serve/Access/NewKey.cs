using System.CommandLine;

namespace Assay.Serve.Access;

/// <summary><c>serve new-key</c>: makes a key, and writes what of it goes into the file of keys.</summary>
internal static class NewKey
{
    private static readonly Argument<string> Name = new("name") { Description = "Whose key it is; for the log", HelpName = "NAME" };

    private static readonly Option<string> File = new("--keys") { Description = "File to which the line is added that lets its holder in", HelpName = "FILE", Required = true };

    private static readonly Option<string[]> Models = new("--for") { Description = "A model that its holder may ask; may be given several times. Default: all", HelpName = "MODEL", DefaultValueFactory = _ => [] };

    private static readonly Option<bool> Manages = new("--manage") { Description = "Its holder may load and unload the models, too" };

    public static Command Create()
    {
        var verb = new Command("new-key", "Makes a key for a caller, which is shown once; the file gets its hash") { Name, File, Models, Manages };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (name, file) = (parsed.GetRequiredValue(Name), parsed.GetRequiredValue(File));
            var models = parsed.GetValue(Models) ?? [];
            if (models.Prepend(name).Any(word => word.Length == 0 || word.Any(char.IsWhiteSpace) || word.Contains(',')) || name.StartsWith('#'))
                throw new ServeRefusedException("A name has neither spaces nor commas, and the caller's does not begin with #.");
            var (key, line) = CallerKeys.New(name, models, parsed.GetValue(Manages));
            await Append(file, line, cancel);
            var invocation = parsed.InvocationConfiguration;
            await invocation.Output.WriteLineAsync(key);
            await invocation.Error.WriteLineAsync($"This is the only time that the key is shown; {file} has its hash.");
            return 0;
        });
        return verb;
    }

    // A last line without an end gets one first.
    private static async Task Append(string file, string line, CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var stream = new FileStream(file, options);
        var last = -1;
        if (stream.Length > 0)
        {
            stream.Seek(-1, SeekOrigin.End);
            last = stream.ReadByte();
        }

        stream.Seek(0, SeekOrigin.End);
        await using var writer = new StreamWriter(stream);
        await writer.WriteAsync($"{(last is -1 or '\n' ? "" : "\n")}{line}\n".AsMemory(), cancel);
    }
}
