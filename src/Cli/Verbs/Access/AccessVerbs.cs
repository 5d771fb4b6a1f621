using System.CommandLine;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access</c>.</summary>
internal static class AccessVerbs
{
    public static Command Create() => new("access", "Who may do what: people, groups, service accounts, roles, bindings and tokens")
    {
        PeopleVerbs.Create(),
        GroupVerbs.Create(),
        ServiceAccountVerbs.Create(),
        RoleVerbs.Create(),
        BindingVerbs.Create(),
        TokenVerbs.Create(),
        SetPasswordVerb.Create(),
        SessionVerbs.Create(),
        LoginVerbs.Create(),
        ExplainVerb.Create(),
        WhoVerb.Create(),
    };
}
