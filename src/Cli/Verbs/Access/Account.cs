using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Access;

/// <summary>Accounts as people name them: by id, or by a name that is looked up.</summary>
internal static class Account
{
    public static Argument<string> Argument(string description, string name = "who") =>
        new(name) { Description = description, HelpName = name.ToUpperInvariant() };

    /// <summary>Id of a person, service account or group.</summary>
    /// <exception cref="CommandException">Nothing has that name.</exception>
    public static async Task<string> Id(Session session, string who, CancellationToken cancel)
    {
        if (who.Split(':') is ["person" or "group" or "service", _])
            return who;
        var accounts = session.Client.Accounts;
        if ((await accounts.People(who, limit: 1, cancel: cancel)).Items is [var person])
            return person.Id;
        var services = await Pages.All((cursor, stop) => accounts.ServiceAccounts(null, cursor, 1000, stop), cancel);
        if (services.Find(service => service.Name == who) is { } found)
            return found.Id;
        return await GroupId(session, who, cancel);
    }

    /// <summary>Id of a group.</summary>
    /// <exception cref="CommandException">Nothing has that name.</exception>
    public static async Task<string> GroupId(Session session, string name, CancellationToken cancel)
    {
        if (name.StartsWith("group:", StringComparison.Ordinal))
            return name;
        var groups = await Pages.All((cursor, stop) => session.Client.Accounts.Groups(cursor, 1000, stop), cancel);
        return groups.Find(group => group.Name == name)?.Id
            ?? throw new CommandException($"There is no person, service account or group '{name}': 'assay access people list' and its neighbours show those that there are.");
    }
}
