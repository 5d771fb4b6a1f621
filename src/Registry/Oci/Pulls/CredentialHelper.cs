using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Assay.Registry.Oci.Pulls;

/// <summary>
/// A program that keeps credentials, as docker asks it: <c>docker-credential-NAME get</c>, the registry on its input, name and
/// secret as JSON on its output.
/// </summary>
/// <param name="name">Behind <c>docker-credential-</c>.</param>
/// <param name="named">The file that names it, for errors.</param>
/// <param name="environment">Says on which <c>PATH</c> it is.</param>
internal sealed class CredentialHelper(string name, string named, Func<string, string?> environment)
{
    private const int AnswerLengthMax = 64 * 1024;
    private const string TokenUser = "<token>";   // docker's word for a secret that is no password
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);   // it may ask its person

    private string Program => $"docker-credential-{name}";

    /// <summary>What it keeps for a registry, as <c>NAME:SECRET</c>; null when that is nothing.</summary>
    /// <param name="registry">Host and port, or docker's address of its hub.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">It isn't there, fails, or answers nothing; the message says what to do.</exception>
    public async Task<string?> Get(string registry, CancellationToken cancel)
    {
        if (name.Length == 0 || name.StartsWith('.') || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            throw new InvalidDataException($"{named} names a helper program '{name}', which is no name of one. It is what stands behind docker-credential-, such as 'pass'.");
        using var process = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await Question(process, registry, limit.Token);
            var answer = ReadSome(process.StandardOutput, limit.Token);
            var errors = ReadSome(process.StandardError, limit.Token);
            var text = await answer;
            await errors;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? Pair(text, registry) : Failed(text, process.ExitCode, registry);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new InvalidDataException($"{Program}, which {named} names, answered nothing about {registry} for {Patience.TotalSeconds:0} seconds. {Remedy(registry)}");
        }
        finally
        {
            Stop(process);
        }
    }

    private Process Start()
    {
        var file = OperatingSystem.IsWindows() ? $"{Program}.exe" : Program;
        // On the PATH alone, and not in the folder where somebody happens to be.
        var program = (environment("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
            ?? throw new InvalidDataException($"{named} has credentials kept by {Program}, which is not on the PATH. Put it there, or sign in into a file that REGISTRY_AUTH_FILE names.");
        try
        {
            return Process.Start(new ProcessStartInfo(program, ["get"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception problem)
        {
            throw new InvalidDataException($"{named} has credentials kept by {Program}, which can't be started: {problem.Message}. Mend it, or sign in into a file that REGISTRY_AUTH_FILE names.", problem);
        }
    }

    private static async Task Question(Process process, string registry, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(registry.AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading the question, as one that keeps a single credential may: what it printed, and its code, say the rest.
        }
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended, as it should.
        }
    }

    // Nothing that it writes goes into an error as it is, except its word for having nothing: a secret may be among it.
    private string? Failed(string text, int code, string registry) => text.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)
        ? null
        : throw new InvalidDataException($"{Program}, which {named} names, failed with the code {code} when asked for the credentials of {registry}. {Remedy(registry)}");

    private string Pair(string text, string registry)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var (user, secret) = (Text(json.RootElement, "Username"), Text(json.RootElement, "Secret"));
            if (user == TokenUser)
                throw new InvalidDataException($"{Program} keeps a token for {registry} that only docker's own sign-in takes. {Remedy(registry)}");
            return user.Contains(':', StringComparison.Ordinal) ? throw new FormatException() : $"{user}:{secret}";
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{Program} answered something else than a name and a secret for {registry}. {Remedy(registry)}");
        }
    }

    private static string Text(JsonElement answer, string field) => answer.GetProperty(field).GetString() is { Length: > 0 } text ? text : throw new FormatException();

    private string Remedy(string registry) => $"Ask it yourself with 'echo {registry} | {Program} get', or sign in into a file: 'skopeo login --authfile FILE {registry}', and set REGISTRY_AUTH_FILE to it.";

    private static async Task<string> ReadSome(StreamReader output, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await output.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            if (text.Length < AnswerLengthMax)
                text.Append(buffer, 0, count);
        }

        return text.ToString();
    }
}
