using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AuthenticatedEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "mac",
                table: "governance_sign_in_codes",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "mac",
                table: "governance_sessions",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "mac",
                table: "governance_password_links",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "mac",
                table: "governance_ledger_events",
                type: "TEXT",
                maxLength: 64,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "mac",
                table: "governance_sign_in_codes");

            migrationBuilder.DropColumn(
                name: "mac",
                table: "governance_sessions");

            migrationBuilder.DropColumn(
                name: "mac",
                table: "governance_password_links");

            migrationBuilder.DropColumn(
                name: "mac",
                table: "governance_ledger_events");
        }
    }
}
