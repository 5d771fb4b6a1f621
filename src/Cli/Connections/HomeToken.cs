using Assay.Cli.CommandLine;

namespace Assay.Cli.Connections;

/// <summary>The administrator's token, which whoever may read the home holds.</summary>
internal static class HomeToken
{
    public static string Read(string home)
    {
        var file = Path.Combine(home, "admin-token");
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (FileNotFoundException missing)
        {
            throw new CommandException($"{file} is missing, so this command has no access token: give one by --token or ASSAY_TOKEN.", missing);
        }
    }
}
