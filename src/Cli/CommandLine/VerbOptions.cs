using System.CommandLine;

namespace Assay.Cli.CommandLine;

/// <summary>Options that several verbs share.</summary>
internal static class VerbOptions
{
    public static readonly Option<string?> Home = new("--home")
    {
        Description = "Folder of the installation. Default: $ASSAY_HOME, else ~/.assay",
        HelpName = "DIR",
    };

    public static readonly Option<string?> Server = new("--server")
    {
        Description = "Address of the server to talk to. Default: $ASSAY_SERVER, else the one that runs on the home; without one, it is started for the time of this command",
        HelpName = "URL",
    };

    public static readonly Option<string?> Token = new("--token")
    {
        Description = "Access token. Default: $ASSAY_TOKEN, else the home's administrator",
        HelpName = "TOKEN",
    };

    public static readonly Option<string?> Project = new("--project")
    {
        Description = "Project to work in. Default: $ASSAY_PROJECT, else 'default'",
        HelpName = "NAME",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Write one JSON document to standard output" };

    /// <summary>Adds what a verb needs that talks to a server.</summary>
    public static Verb Connected(this Verb verb)
    {
        verb.Add(Home);
        verb.Add(Server);
        verb.Add(Token);
        verb.Add(Project);
        verb.Add(Json);
        return verb;
    }

    /// <summary>The home that the command line or the environment names.</summary>
    public static string HomeOf(ParseResult parsed)
    {
        var home = parsed.GetValue(Home) ?? Variable("ASSAY_HOME");
        return Path.GetFullPath(home ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".assay"));
    }

    /// <summary>A variable of the environment; an empty one counts as not set.</summary>
    public static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
